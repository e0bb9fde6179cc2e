//! The contract that the sources mean, as a draft: each key with what it rests on.

mod api;
mod draft;
mod given;
mod issuer;
mod keys;
pub mod proposal;
mod session;
mod setting;
mod sides;
mod token;
mod web;

pub use draft::{Basis, Draft, Entry, Section};
pub use given::{Domains, Given};
pub use sides::Sides;

/// Drafts the contract of a front end and an API.
///
/// Whatever the sources hold, the text of the draft parses as a contract: a value that a key does not take is left out.
pub fn draft(sides: &Sides<'_>, given: &Given) -> Draft {
    let mut sections = vec![issuer::section(sides)];
    sections.extend(keys::section(sides, given));
    sections.extend(token::section(sides, given));
    sections.extend(token::claims(sides, given));
    sections.extend(session::section(sides, given));
    sections.extend(web::section(sides, given));
    sections.extend(api::section(sides));
    sections.extend(api::routes(sides));
    sections.extend(issuer::production(sides, given));
    Draft {
        head: head(sides),
        sections,
    }
}

fn head(sides: &Sides<'_>) -> Vec<String> {
    let who = match (sides.web.is_some(), sides.api.is_some()) {
        (true, true) => format!(
            "What the front end `{}` and the API `{}` agree on",
            sides.web_root, sides.api_root
        ),
        (true, false) => format!("What the front end `{}` gives to an API", sides.web_root),
        _ => format!("What the API `{}` asks for", sides.api_root),
    };
    vec![
        format!("{who}, as `betroth init` reads their sources."),
        "Behind each key stands where it was read, or `guess` and why. Change what is not meant; a key left out has its default."
            .to_owned(),
    ]
}
