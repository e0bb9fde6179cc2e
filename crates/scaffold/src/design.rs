//! The document of a contract: what every side does from login to answer, so that a stranger can build another one.
//!
//! [`markdown`] fills in the templates beside this file, one for each chapter, from the contract and from what was seen of
//! the sources; [`page`] makes one HTML page of the same text, with the sequence drawn.
//!
//! *To add a fact*, put it into [`view`] and name it in the template of its chapter. *Not here*: reading sources,
//! writing files.

mod choice;
mod claim;
mod library;
mod markdown;
mod open;
mod page;
mod said;
mod sequence;
mod standard;
mod view;

use betroth_agreement::Agreement;
use betroth_report::Report;

use crate::project::Project;
use crate::template::{TemplateFault, fill};
use sequence::Sequence;

/// The five chapters of every document, in their order. What was chosen, what is open and how it is tested follow.
pub const CHAPTERS: [&str; 5] = [
    "Authentication Flow",
    "JWT Token Structure",
    "Frontend Contract",
    "Backend Verification Requirements",
    "Security Considerations",
];

/// What a document is made of.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The contract, and what was read of the sides that it names.
    pub project: &'a Project<'a>,
    /// Which `[deployment.NAME]` the contract was read for.
    pub deployment: Option<&'a str>,
    /// Each pair of front end and API.
    pub agreements: &'a [Agreement],
    /// What was found, without what is let pass.
    pub report: &'a Report,
    /// Whether there was no source to read, so that the contract is all.
    pub is_bare: bool,
    /// How many files, or parts of them, were not read.
    pub unread: usize,
}

/// The templates, in the order of the document.
const TEMPLATES: [(&str, &str); 9] = [
    ("head", include_str!("design/head.md.jinja")),
    ("flow", include_str!("design/flow.md.jinja")),
    ("token", include_str!("design/token.md.jinja")),
    ("frontend", include_str!("design/frontend.md.jinja")),
    ("backend", include_str!("design/backend.md.jinja")),
    ("security", include_str!("design/security.md.jinja")),
    ("choices", include_str!("design/choices.md.jinja")),
    ("open", include_str!("design/open.md.jinja")),
    ("testing", include_str!("design/testing.md.jinja")),
];

/// The document in Markdown, as GitHub reads it.
///
/// # Errors
/// Where a template cannot be filled in.
pub fn markdown(subject: &Subject<'_>) -> Result<String, TemplateFault> {
    Ok(written(subject)?.0)
}

/// The document as one HTML page that needs nothing else.
///
/// # Errors
/// Where a template cannot be filled in.
pub fn page(subject: &Subject<'_>) -> Result<String, TemplateFault> {
    let (text, sequence) = written(subject)?;
    Ok(page::of(&text, &sequence))
}

fn written(subject: &Subject<'_>) -> Result<(String, Sequence), TemplateFault> {
    let (view, sequence) = view::of(subject);
    let mut text = String::new();
    for (name, template) in TEMPLATES {
        text.push_str(&fill(name, template, view.clone())?);
    }
    // Where a line of a template is left out, the empty ones around it come together.
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    Ok((text.trim_end().to_owned() + "\n", sequence))
}
