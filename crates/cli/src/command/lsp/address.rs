//! Files by the addresses that clients know them by: `file:///home/ann/app/main.py`.

use std::path::{Path, PathBuf};

use betroth_report::sarif::PLAIN;
use percent_encoding::{percent_decode_str, utf8_percent_encode};

const SCHEME: &str = "file://";

/// The path that an address names, or `None` where it is no file of this machine.
pub(super) fn path(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix(SCHEME)?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    if !path.starts_with('/') {
        return None;
    }
    // `/c:/app` is `c:/app` where folders begin with the letter of a drive.
    let drive = cfg!(windows) && path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if drive { &path[1..] } else { &path }))
}

/// The address of a path that is given in full.
pub(super) fn of(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let top = if path.starts_with('/') { "" } else { "/" };
    format!("{SCHEME}{top}{}", utf8_percent_encode(&path, PLAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_its_path_lead_to_each_other() {
        let path_of = |address| path(address).map(|it| it.to_string_lossy().into_owned());
        let given = "file:///home/ann/%5Bid%5D/gr%C3%BC%C3%9Fe%201.ts";
        let named = path_of(given).unwrap_or_default();
        assert_eq!(named, "/home/ann/[id]/grüße 1.ts");
        assert_eq!(of(Path::new(&named)), given);
        assert_eq!(path_of("untitled:Untitled-1"), None);
        assert_eq!(path_of("file://elsewhere/app.py"), None);
    }
}
