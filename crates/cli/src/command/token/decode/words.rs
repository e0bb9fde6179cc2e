//! A token for people.

use std::fmt::Write as _;

use betroth_token::Timestamp;

use super::oddity::{Oddity, is_in_milliseconds};
use crate::command::token::anatomy::{Anatomy, pretty, shown};
use crate::command::token::clock::{date, distance};
use crate::output::Output;

const RED: &str = "1;31";
const GREEN: &str = "1;32";
const YELLOW: &str = "1;33";

pub(super) fn words(
    anatomy: &Anatomy,
    oddities: &[Oddity],
    taken_off: Option<&str>,
    now: Timestamp,
    output: &Output,
) -> String {
    let mut text = format!(
        "{}: anyone can have written this; `betroth token verify` says if it holds\n",
        output.styled("not verified", YELLOW)
    );
    if let Some(taken_off) = taken_off {
        let _ = writeln!(text, "{taken_off}");
    }
    section(
        &mut text,
        "header",
        &pretty(&shown(&anatomy.header)),
        output,
    );
    match &anatomy.claims {
        Some(claims) => section(&mut text, "claims", &pretty(&shown(claims)), output),
        None => section(&mut text, "claims", "encrypted", output),
    }
    let times = times(anatomy, now, output);
    if !times.is_empty() {
        let _ = write!(text, "\n{}\n{times}", output.strong("times"));
    }
    let signature = match anatomy.signature {
        _ if anatomy.claims.is_none() => None,
        None => Some("is not base64url".to_owned()),
        Some(0) => Some("none".to_owned()),
        Some(bytes) => Some(format!("{bytes} bytes, neither checked nor shown")),
    };
    if let Some(signature) = signature {
        let _ = write!(text, "\n{}\n  {signature}\n", output.strong("signature"));
    }
    for oddity in oddities {
        let code = output.styled(&format!("stands out[{}]", oddity.code), YELLOW);
        let said = output.wrapped(&format!("{code}: {}", oddity.text), "    ");
        let help = output.wrapped(&format!("  hint: {}", oddity.help), "    ");
        let _ = write!(text, "\n{said}\n{help}\n");
    }
    text
}

fn section(text: &mut String, title: &str, body: &str, output: &Output) {
    let _ = write!(text, "\n{}\n", output.strong(title));
    for line in body.lines() {
        let _ = writeln!(text, "  {line}");
    }
}

/// A line for each time that is given.
fn times(anatomy: &Anatomy, now: Timestamp, output: &Output) -> String {
    let mut text = String::new();
    let mut line = |name: &str, verb: &str, color: Option<&str>| {
        let Some(time) = anatomy.time(name).filter(|time| !is_in_milliseconds(*time)) else {
            return;
        };
        let said = format!("{verb} {}", distance(time, now));
        let padded = format!("{said:<28}");
        let padded = color.map_or(padded.clone(), |color| output.styled(&padded, color));
        let _ = writeln!(text, "  {padded} {}", date(time));
    };
    line("iat", "issued", None);
    line("nbf", "valid from", None);
    match anatomy.time("exp") {
        Some(expires) if expires <= now => line("exp", "expired", Some(RED)),
        _ => line("exp", "expires", Some(GREEN)),
    }
    text
}
