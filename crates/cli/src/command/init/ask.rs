//! What no source tells for certain, asked on the terminal: each with a proposal that an empty answer takes.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use betroth_contract::Transport;
use betroth_contract::value::Origin;
use betroth_scaffold::contract::proposal::{self, Proposal};
use betroth_scaffold::contract::{Basis, Domains, Given, Sides};
use clap::ValueEnum as _;

use super::answers::{Count, Header, contradiction, header, twice};
use crate::command::value;

/// Whether somebody is there to answer.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for what was not given.
pub(super) fn missing(sides: &Sides<'_>, given: &mut Given) -> anyhow::Result<()> {
    let mut terminal = Terminal { is_over: false };
    terminal.say("An empty answer takes what stands in brackets.")?;
    addresses(&mut terminal, sides, given)?;
    if sides.web.is_some() {
        web(&mut terminal, sides, given)?;
    }
    if sides.takes_token(given) {
        token(&mut terminal, sides, given)?;
    }
    claims(&mut terminal, sides, given)?;
    if sides.web.is_some() && given.headers.is_empty() {
        given.headers = headers(&mut terminal)?;
    }
    Ok(())
}

/// What no source can tell: an empty answer leaves it to be filled in.
fn addresses(terminal: &mut Terminal, sides: &Sides<'_>, given: &mut Given) -> anyhow::Result<()> {
    const LATER: &str = "to be filled in later";
    if given.issuer.is_none() {
        let question = "Address of the issuer in production, as a browser sees it";
        given.issuer = terminal.answer(question, LATER, value)?;
    }
    if given.api_url.is_none() && sides.api.is_some() {
        let question = "Address of the API in production";
        given.api_url = terminal.answer(question, LATER, value)?;
    }
    Ok(())
}

fn web(terminal: &mut Terminal, sides: &Sides<'_>, given: &mut Given) -> anyhow::Result<()> {
    if given.origins.is_empty() {
        let question = "Where are the pages served, in development and production? Commas between";
        let local = proposal::development_origins(sides);
        let public = proposal::production_origins(sides, given);
        let public = public.map(|it| it.value).unwrap_or_default();
        let proposed = Proposal {
            value: local.value.into_iter().chain(public).collect(),
            basis: local.basis,
        };
        given.origins = terminal.ask(question, proposed, |it| shown(it), origins)?;
    }
    if given.domains.is_none() {
        let question = "Do front end and API stand below one domain, or two? No cookie goes from one to another";
        let proposed = proposal::domains(sides, given);
        let word = |domains: &Domains| match domains {
            Domains::One => "one".to_owned(),
            Domains::Two => "two".to_owned(),
        };
        let domains = terminal.ask(question, proposed, word, |text| {
            let count = Count::from_str(text, true)
                .map_err(|_| "it is no answer to that; write `one` or `two`".to_owned())?;
            let domains = Domains::from(count);
            match contradiction(sides, given, domains) {
                Some(why) => Err(format!("it says otherwise than the addresses: {why}")),
                None => Ok(domains),
            }
        })?;
        given.domains = Some(domains);
    }
    Ok(())
}

fn token(terminal: &mut Terminal, sides: &Sides<'_>, given: &mut Given) -> anyhow::Result<()> {
    if given.lifetime.is_none() {
        let question = "How long does a token live? One that was stolen opens the API as long";
        let proposed = proposal::lifetime(sides);
        given.lifetime = Some(terminal.ask(question, proposed, ToString::to_string, value)?);
    }
    if given.transport.is_none() && sides.web.is_some() {
        let question = "Who gets a new token? `token`: the page, a minute before the old one ends; `proxy` or `gateway`: a server, for each call";
        let proposed = proposal::transport(sides);
        let said = |transport: &Transport| transport.to_string();
        given.transport = Some(terminal.ask(question, proposed, said, value)?);
    }
    Ok(())
}

fn claims(terminal: &mut Terminal, sides: &Sides<'_>, given: &mut Given) -> anyhow::Result<()> {
    for (what, claim, proposed) in [
        ("roles", &mut given.roles, proposal::roles(sides)),
        (
            "permissions",
            &mut given.permissions,
            proposal::permissions(sides),
        ),
    ] {
        if let (None, Some(proposed)) = (&claim, proposed) {
            let question = format!("Which claim holds the {what}? Dots for one inside another");
            *claim = Some(terminal.ask(&question, proposed, ToString::to_string, value)?);
        }
    }
    Ok(())
}

/// One after the other, until an answer is empty.
fn headers(terminal: &mut Terminal) -> anyhow::Result<Vec<Header>> {
    let mut known: Vec<Header> = Vec::new();
    loop {
        let question = if known.is_empty() {
            "A further header of the pages, such as `Cross-Origin-Opener-Policy: same-origin`"
        } else {
            "Another"
        };
        let proposed = "none: `betroth apply` writes those that every application needs";
        let said = terminal.answer(question, proposed, |text| {
            let said = header(text)?;
            let all: Vec<Header> = known.iter().cloned().chain([said.clone()]).collect();
            match twice(&all) {
                Some(name) => Err(format!("it names `{name}` once more; write another")),
                None => Ok(said),
            }
        })?;
        match said {
            Some(said) => known.push(said),
            None => return Ok(known),
        }
    }
}

fn origins(text: &str) -> Result<Vec<Origin>, String> {
    let parts = text.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(value::<Origin>)
        .collect()
}

fn shown(origins: &[Origin]) -> String {
    let origins: Vec<&str> = origins.iter().map(Origin::as_str).collect();
    origins.join(", ")
}

/// Where questions are asked.
struct Terminal {
    /// Whether nobody answers any more.
    is_over: bool,
}

impl Terminal {
    fn say(&self, line: &str) -> io::Result<()> {
        writeln!(io::stderr(), "{line}")
    }

    /// Asks until the answer is one that the contract takes; an empty one takes the proposal.
    fn ask<T>(
        &mut self,
        question: &str,
        proposed: Proposal<T>,
        shown: impl Fn(&T) -> String,
        take: impl Fn(&str) -> Result<T, String>,
    ) -> anyhow::Result<T> {
        let why = match &proposed.basis {
            Basis::Read(place) => format!("as {}:{} has it", place.file, place.line.max(1)),
            Basis::Guess(why) => why.clone(),
            _ => String::new(),
        };
        let answer = self.answer(
            question,
            &format!("{}: {why}", shown(&proposed.value)),
            take,
        )?;
        Ok(answer.unwrap_or(proposed.value))
    }

    /// The same, where an empty answer is none.
    fn answer<T>(
        &mut self,
        question: &str,
        otherwise: &str,
        take: impl Fn(&str) -> Result<T, String>,
    ) -> anyhow::Result<Option<T>> {
        if self.is_over {
            return Ok(None);
        }
        let mut stderr = io::stderr();
        writeln!(stderr, "\n{question}")?;
        loop {
            write!(stderr, "  [{otherwise}] ")?;
            stderr.flush()?;
            let mut line = String::new();
            self.is_over = io::stdin().lock().read_line(&mut line)? == 0;
            let text = line.trim();
            if text.is_empty() {
                return Ok(None);
            }
            match take(text) {
                Ok(value) => return Ok(Some(value)),
                Err(why) => writeln!(stderr, "  {why}")?,
            }
        }
    }
}
