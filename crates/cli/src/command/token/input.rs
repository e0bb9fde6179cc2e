//! Where a token comes from.

use std::io::{self, IsTerminal as _, Read as _};

use anyhow::{Context as _, bail};

use crate::output::complain;

/// How much is read of stdin: several times the longest token, so that one with something around it can be told.
const LONGEST: u64 = 64 * 1024;

/// The token of a command.
#[derive(clap::Args)]
pub(super) struct Input {
    /// The token; `-`, or none, for stdin, where it leaves no trace in the shell's history.
    #[arg(value_name = "TOKEN|-")]
    token: Option<String>,
}

/// A token without what people copy along with it.
pub(super) struct Given {
    pub(super) token: String,
    /// What was taken off, as it is called.
    pub(super) taken_off: Vec<&'static str>,
}

impl Input {
    /// The token for the command of that name.
    ///
    /// # Errors
    /// There is none, or it is no text.
    pub(super) fn read(&self, command: &str) -> anyhow::Result<Given> {
        let text = match self.token.as_deref() {
            Some(token) if token != "-" => {
                complain(&format!(
                    "warning: a token on the command line stays in the shell's history, where others may find it; \
                     better: `… | betroth token {command}`"
                ));
                token.to_owned()
            }
            None if io::stdin().is_terminal() => bail!(
                "there is no token: pipe it in, as in `pbpaste | betroth token {command}`, \
                 or from a file, `betroth token {command} < FILE`"
            ),
            given => {
                if given.is_some() && io::stdin().is_terminal() {
                    complain("paste the token, then press Enter and Ctrl-D");
                }
                stdin()?
            }
        };
        let given = Given::new(&text);
        if given.token.is_empty() {
            bail!("there is no token: stdin is empty; what was to write it may have failed");
        }
        Ok(given)
    }
}

fn stdin() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes);
    read.context("stdin cannot be read")?;
    if bytes.len() as u64 > LONGEST {
        bail!("stdin holds more than 64 KiB, which is no token; give the token alone");
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        anyhow::anyhow!(
            "stdin is no text: byte {at} is not UTF-8; a file written by Windows PowerShell may be UTF-16, \
             which `Set-Content -Encoding ascii` avoids"
        )
    })
}

impl Given {
    /// The token in `text`.
    fn new(text: &str) -> Self {
        let mut rest = text.trim_start_matches('\u{feff}').trim();
        let mut taken_off = Vec::new();
        let mut take = |what, shorter: Option<&'_ str>| {
            if shorter.is_some() {
                taken_off.push(what);
            }
        };
        let shorter = after(rest, "authorization:");
        take("`Authorization:`", shorter);
        rest = shorter.unwrap_or(rest);
        let shorter = quoted(rest);
        take("quotes", shorter);
        rest = shorter.unwrap_or(rest);
        let shorter = after(rest, "bearer ");
        take("`Bearer`", shorter);
        rest = shorter.unwrap_or(rest);
        Self {
            token: rest.to_owned(),
            taken_off,
        }
    }

    /// What to say of what was taken off; `None` of nothing.
    pub(super) fn taken_off(&self) -> Option<String> {
        let parts = self.taken_off.join(" and ");
        (!parts.is_empty()).then(|| format!("{parts} taken off"))
    }
}

/// What stands behind a word in either case.
fn after<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (first, rest) = text.split_at_checked(word.len())?;
    first.eq_ignore_ascii_case(word).then(|| rest.trim())
}

fn quoted(text: &str) -> Option<&str> {
    ['"', '\'', '`'].iter().find_map(|quote| {
        let inner = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
        Some(inner.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_along_is_taken_off_and_named() {
        for (text, token, off) in [
            ("a.b.c\n", "a.b.c", None),
            ("\u{feff} a.b.c\r\n", "a.b.c", None),
            ("Bearer a.b.c", "a.b.c", Some("`Bearer` taken off")),
            (
                "authorization: bearer  a.b.c",
                "a.b.c",
                Some("`Authorization:` and `Bearer` taken off"),
            ),
            (
                "\"Bearer a.b.c\"",
                "a.b.c",
                Some("quotes and `Bearer` taken off"),
            ),
            ("Bearer", "Bearer", None),
            ("\"", "\"", None),
            ("äuthorization: a", "äuthorization: a", None),
        ] {
            let given = Given::new(text);
            assert_eq!(given.token, token, "{text}");
            assert_eq!(given.taken_off().as_deref(), off, "{text}");
        }
    }
}
