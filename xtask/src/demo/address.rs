//! Where pages and API are: as the settings of the example say, unless something else is there already.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::process::Command;

use anyhow::{Context, Result};

use super::{example, wait};

/// Two ports that are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Addresses {
    web: u16,
    api: u16,
}

impl Addresses {
    /// The ports of the settings that stand already, else the usual ones; another where one is taken, which is said.
    ///
    /// # Errors
    /// Where no port is free.
    pub(super) fn find() -> Result<Self> {
        let settings = fs::read_to_string(example("web/.env.local")).unwrap_or_default();
        let web = free(
            "the pages",
            port(&settings, "BETTER_AUTH_URL").unwrap_or(3000),
            None,
        )?;
        let api = free(
            "the API",
            port(&settings, "NEXT_PUBLIC_API_URL").unwrap_or(8000),
            Some(web),
        )?;
        Ok(Self { web, api })
    }

    /// Where the pages are, as a browser sees it.
    pub(super) fn web(self) -> String {
        format!("http://localhost:{}", self.web)
    }

    /// Where the API is, as a browser sees it.
    pub(super) fn api(self) -> String {
        format!("http://localhost:{}", self.api)
    }

    pub(super) fn web_port(self) -> String {
        self.web.to_string()
    }

    pub(super) fn api_port(self) -> String {
        self.api.to_string()
    }

    /// The variables of both sides that hold an address; they come before what a file says.
    pub(super) fn settings(self) -> [(&'static str, String); 3] {
        [
            ("BETTER_AUTH_URL", self.web()),
            ("NEXT_PUBLIC_API_URL", self.api()),
            ("WEB_ORIGINS", self.web()),
        ]
    }

    /// Has the example make its secret, and its settings, where there are none yet.
    pub(super) fn write_secrets(self) -> Result<()> {
        let mut secrets = Command::new("node");
        secrets.arg("secrets.mjs").current_dir(example(""));
        secrets
            .env("WEB_PORT", self.web_port())
            .env("API_PORT", self.api_port());
        let cure = "see that `examples/notes/web` and `examples/notes/api` can be written";
        wait::step("secrets", "making secrets", &mut secrets, cure)
    }
}

/// The port of an address of this machine that a file of settings names.
fn port(settings: &str, name: &str) -> Option<u16> {
    let value = settings
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    let value = value.trim_matches(['"', '\'']).trim_end_matches('/');
    value.strip_prefix("http://localhost:")?.parse().ok()
}

/// The first free port from `wanted` on.
fn free(whose: &str, wanted: u16, but: Option<u16>) -> Result<u16> {
    const TRIES: u16 = 100;
    let ports = wanted..wanted.saturating_add(TRIES);
    let found = ports
        .clone()
        .find(|port| Some(*port) != but && is_free(*port));
    let found =
        found.with_context(|| format!("no port of {} to {} is free", ports.start, ports.end))?;
    if found != wanted {
        println!("port {wanted} is taken: {whose} will be at {found} this time");
    }
    Ok(found)
}

/// Whether nobody listens there, in either family: a browser tries both for `localhost`.
fn is_free(port: u16) -> bool {
    let addresses: [SocketAddr; 2] = [
        (Ipv4Addr::UNSPECIFIED, port).into(),
        (Ipv6Addr::UNSPECIFIED, port).into(),
    ];
    addresses
        .iter()
        .all(|address| match TcpListener::bind(address) {
            Ok(_) => true,
            // A machine without this family.
            Err(error) => matches!(
                error.kind(),
                ErrorKind::AddrNotAvailable | ErrorKind::Unsupported
            ),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = taken.local_addr().expect("it has an address").port();
        assert!(!is_free(port));
        assert!(free("the pages", port, None).is_ok_and(|found| found > port));
    }

    #[test]
    fn ports_are_those_of_the_settings() {
        let settings = "BETTER_AUTH_SECRET=s\nBETTER_AUTH_URL=http://localhost:3100\nNEXT_PUBLIC_API_URL=\"http://localhost:8100/\"\n";
        assert_eq!(port(settings, "BETTER_AUTH_URL"), Some(3100));
        assert_eq!(port(settings, "NEXT_PUBLIC_API_URL"), Some(8100));
        assert_eq!(
            port(
                "BETTER_AUTH_URL=https://notes.example.com",
                "BETTER_AUTH_URL"
            ),
            None
        );
        assert_eq!(port("", "BETTER_AUTH_URL"), None);
    }
}
