//! The edits that `betroth check --fix` writes: a closed list, each after the rule whose findings it mends.
//!
//! None changes who may call a route, and none is made where the text is not exactly what it was read as.
//!
//! *To add one*, write `cure/<name>.rs` with a `NAME`, a `TITLE` and a function, and name it in [`attach`].

mod algorithm_named;
mod bearer_prefix;
mod cookie_names;
mod cors_outermost;
mod credentials_included;
mod issuer_named;

use betroth_report::{Cure, Edit, Finding, Fix};

use crate::rules::Subject;

/// A cure: the rule that it mends, its name and title, and the edits for one finding.
type Entry = (
    &'static str,
    &'static str,
    &'static str,
    fn(&Finding, &Subject<'_>) -> Option<Vec<Edit>>,
);

/// Every cure.
const ALL: &[Entry] = &[
    (
        "algorithm-from-token",
        algorithm_named::NAME,
        algorithm_named::TITLE,
        algorithm_named::edits,
    ),
    (
        "authorization-scheme-missing",
        bearer_prefix::NAME,
        bearer_prefix::TITLE,
        bearer_prefix::edits,
    ),
    (
        "cookie-prefix-unhandled",
        cookie_names::NAME,
        cookie_names::TITLE,
        cookie_names::edits,
    ),
    (
        "cors-inside-authentication",
        cors_outermost::NAME,
        cors_outermost::TITLE,
        cors_outermost::edits,
    ),
    (
        "credentials-not-included",
        credentials_included::NAME,
        credentials_included::TITLE,
        credentials_included::edits,
    ),
    (
        "issuer-unchecked",
        issuer_named::NAME,
        issuer_named::TITLE,
        issuer_named::edits,
    ),
];

/// Gives each finding the edits that mend it, where there are any.
pub(crate) fn attach(findings: &mut [Finding], subject: &Subject<'_>) {
    for finding in findings {
        let cure = ALL
            .iter()
            .filter(|(rule, ..)| *rule == finding.rule)
            .find_map(|(_, name, title, edits)| {
                let edits = edits(finding, subject)?;
                Some(Cure { name, title, edits })
            });
        if cure.is_some() && finding.fix == Fix::Manual {
            finding.fix = Fix::Suggested;
        }
        finding.cure = cure;
    }
}
