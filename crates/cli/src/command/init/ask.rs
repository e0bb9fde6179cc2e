//! What no source tells, asked on the terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::str::FromStr;

use betroth_contract::Fault;
use betroth_scaffold::contract::{Given, Sides};

use crate::command::value;

/// Whether somebody is there to answer.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for what was not given; an empty answer leaves it open.
pub(super) fn missing(sides: &Sides<'_>, given: &mut Given) -> anyhow::Result<()> {
    if given.issuer.is_none() {
        given.issuer = answer("Address of the issuer in production, as a browser sees it")?;
    }
    if given.api_url.is_none() && sides.api.is_some() {
        given.api_url = answer("Address of the API in production")?;
    }
    Ok(())
}

/// Asks until the answer is one that the contract takes, or none.
fn answer<T: FromStr<Err = Fault>>(question: &str) -> anyhow::Result<Option<T>> {
    loop {
        let mut stderr = io::stderr();
        write!(stderr, "{question} (empty: to be filled in later): ")?;
        stderr.flush()?;
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line)?;
        let text = line.trim();
        if read == 0 || text.is_empty() {
            return Ok(None);
        }
        match value(text) {
            Ok(value) => return Ok(Some(value)),
            Err(why) => writeln!(stderr, "  {why}")?,
        }
    }
}
