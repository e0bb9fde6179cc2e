//! What must be on the machine beside Rust. All that is missing is said at once, before anything is done.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::package::npm;

/// The oldest that Next.js runs on, which asks for more than the client.
const NODE: (u32, u32) = (20, 9);
const PYTHON: (u32, u32) = (3, 11);

/// By the names they have where there are several; the first that serves is taken.
const PYTHONS: [&str; 6] = [
    "python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python",
];

/// Debian's, Google's, and that of macOS.
const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Prints the version, if it can make environments.
const VERSION: &str = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";

/// What was found.
pub(super) struct Tools {
    pub(super) python: OsString,
    /// Looked for where a browser is needed.
    pub(super) browser: Option<PathBuf>,
}

impl Tools {
    /// Finds all that is needed, `with_browser` or without.
    ///
    /// # Errors
    /// Each tool that is missing, and how to get it.
    pub(super) fn find(with_browser: bool) -> Result<Self, String> {
        let mut missing = Vec::new();
        let node = printed(Command::new("node").arg("--version"));
        if node.as_deref().and_then(version) < Some(NODE) {
            missing.push(lacks(
                "Node",
                NODE,
                node.as_deref(),
                "https://nodejs.org, or your system's package `nodejs`",
            ));
        } else if printed(npm().arg("--version")).is_none() {
            missing.push("npm does not start: https://nodejs.org has it with Node, Debian in the package `npm`".to_owned());
        }
        let python = PYTHONS.into_iter().find(|name| {
            let version_of = printed(Command::new(name).args(["-c", VERSION]));
            version_of.as_deref().and_then(version) >= Some(PYTHON)
        });
        if python.is_none() {
            let found = printed(Command::new(PYTHONS[0]).arg("--version"));
            let cure =
                "https://www.python.org, or your system's packages `python3` and `python3-venv`";
            missing.push(lacks("Python with `venv`", PYTHON, found.as_deref(), cure));
        }
        let browser = BROWSERS.into_iter().find_map(path);
        if with_browser && browser.is_none() {
            missing.push("a browser: Debian's package `chromium`, or Google Chrome".to_owned());
        }
        match python {
            Some(python) if missing.is_empty() => Ok(Self {
                python: python.into(),
                browser,
            }),
            _ => Err(format!(
                "what the example needs is missing:\n  {}",
                missing.join("\n  ")
            )),
        }
    }
}

fn lacks(what: &str, (major, minor): (u32, u32), found: Option<&str>, cure: &str) -> String {
    let found = found.map_or("there is none".to_owned(), |found| {
        format!("`{found}` is here")
    });
    format!("{what} {major}.{minor} or later ({found}): {cure}")
}

/// The first two numbers of a version: `v20.9.0`, `Python 3.11.2`, `3.11`.
fn version(text: &str) -> Option<(u32, u32)> {
    let number = text.trim_start_matches(|it: char| !it.is_ascii_digit());
    let mut parts = number.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

/// What a command prints, trimmed; `None` where it does not start or fails.
fn printed(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// Where a program is.
fn path(name: &str) -> Option<PathBuf> {
    if Path::new(name).is_absolute() {
        return Path::new(name).is_file().then(|| name.into());
    }
    printed(Command::new("sh").args(["-c", "command -v \"$0\"", name])).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_tools_print_them() {
        assert_eq!(version("v20.9.0"), Some((20, 9)));
        assert_eq!(version("Python 3.11.2"), Some((3, 11)));
        assert!(version("v18.20.1") < Some(NODE));
        assert!(version("3.9") < Some(PYTHON));
        assert_eq!(version("no version"), None);
    }

    #[test]
    fn what_is_missing_is_told_with_what_is_there_and_how_to_get_it() {
        assert_eq!(
            lacks("Node", NODE, Some("v18.20.1"), "https://nodejs.org"),
            "Node 20.9 or later (`v18.20.1` is here): https://nodejs.org"
        );
        assert_eq!(
            lacks("Node", NODE, None, "…"),
            "Node 20.9 or later (there is none): …"
        );
    }
}
