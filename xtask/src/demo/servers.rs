//! Both sides of the example: Next.js with Better Auth, and FastAPI.

use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::address::Addresses;
use super::process::Process;
use super::{Python, example, scratch, wait};

/// Next.js, from the folder of the pages.
pub(super) const NEXT: &str = "node_modules/next/dist/bin/next";

/// Longer than a server takes on a busy machine, its first compilation included.
const PATIENCE: Duration = Duration::from_mins(3);

/// What the servers are started for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// For people: pages follow their sources, requests are told, notes stay.
    Development,
    /// For the story: pages as they are served, and nothing stored yet.
    Production,
}

/// Both sides; they end with this.
pub(super) struct Servers<'a> {
    kind: Kind,
    addresses: Addresses,
    python: &'a Python,
    lines: Sender<String>,
    web: Process,
    api: Option<Process>,
}

impl<'a> Servers<'a> {
    /// Starts both and waits until they answer. With them, what they print, line by line.
    ///
    /// # Errors
    /// The end of what a server wrote that has ended, or does not answer.
    pub(super) fn start(
        kind: Kind,
        addresses: Addresses,
        python: &'a Python,
    ) -> Result<(Self, Receiver<String>)> {
        let (lines, receiver) = channel();
        let web = Process::read("web", &mut web(kind, addresses), lines.clone())?;
        let mut servers = Self {
            kind,
            addresses,
            python,
            lines,
            web,
            api: None,
        };
        servers.start_api()?;
        // It brings the tables of Better Auth to what they are to be before it answers.
        answers(
            "waiting for the pages",
            &mut servers.web,
            &format!("{}/api/auth/ok", addresses.web()),
        )?;
        Ok((servers, receiver))
    }

    /// Starts the API and waits until it answers.
    pub(super) fn start_api(&mut self) -> Result<()> {
        let command = &mut api(self.kind, self.addresses, self.python);
        let mut api = Process::read("api", command, self.lines.clone())?;
        answers(
            "waiting for the API",
            &mut api,
            &format!("{}/health", self.addresses.api()),
        )?;
        self.api = Some(api);
        Ok(())
    }

    /// Stops the API; what asks it from now on finds nobody.
    pub(super) fn stop_api(&mut self) {
        self.api = None;
    }

    /// Fails where a server has ended by itself.
    pub(super) fn ensure_running(&mut self) -> Result<()> {
        let servers = [("pages", Some(&mut self.web)), ("API", self.api.as_mut())];
        for (name, server) in servers {
            let Some(server) = server else { continue };
            if let Some(status) = server.ended()? {
                anyhow::bail!(
                    "the server of the {name} ended with {status}\n{}",
                    server.last_lines()
                );
            }
        }
        Ok(())
    }
}

fn web(kind: Kind, addresses: Addresses) -> Command {
    let mut next = Command::new("node");
    let command = if kind == Kind::Development {
        "dev"
    } else {
        "start"
    };
    next.args([NEXT, command, "--port", &addresses.web_port()])
        .current_dir(example("web"));
    next.envs(addresses.settings());
    next.envs([("NEXT_TELEMETRY_DISABLED", "1"), ("NO_COLOR", "1")]);
    if kind == Kind::Production {
        next.env("AUTH_DATABASE", scratch("story/auth.db"));
    }
    next
}

fn api(kind: Kind, addresses: Addresses, python: &Python) -> Command {
    let mut uvicorn = Command::new(&python.program);
    uvicorn.args([
        "-m",
        "uvicorn",
        "--port",
        &addresses.api_port(),
        "--no-access-log",
    ]);
    uvicorn
        .current_dir(example("api"))
        .envs(addresses.settings());
    if let Some(path) = &python.path {
        uvicorn.env("PYTHONPATH", path);
    }
    if kind == Kind::Production {
        uvicorn.arg("app.main:app");
        uvicorn.env(
            "NOTES_DATABASE_URL",
            format!("sqlite:///{}", scratch("story/notes.db").display()),
        );
    } else {
        uvicorn.args(["hops:app", "--env-file", ".env"]);
        uvicorn.env("PYTHONPATH", crate::root().join("xtask/src/demo"));
    }
    uvicorn
}

/// Asks until there is an answer that is good.
fn answers(what: &str, server: &mut Process, url: &str) -> Result<()> {
    let started = Instant::now();
    wait::until(what, || {
        if let Some(status) = server.ended()? {
            anyhow::bail!("{what}: it ended with {status}\n{}", server.last_lines());
        }
        ensure!(
            started.elapsed() < PATIENCE,
            "{what}: `{url}` has not answered in {} s\n{}",
            PATIENCE.as_secs(),
            server.last_lines()
        );
        let answer = minreq::get(url).with_timeout(10).send();
        Ok(answer
            .is_ok_and(|answer| answer.status_code == 200)
            .then_some(()))
    })
}
