//! What follows from what: one cause is one finding, with its consequences below it, and what explains the verdict first.

use betroth_agreement::{Agreement, Verdict};
use betroth_report::{Finding, Place, Severity};

use crate::rules::Paired;

/// Where a consequence stands, seen from its cause.
#[derive(Clone, Copy, Debug)]
enum Near {
    /// In the same line, or in one that the cause names beside its own: both speak of one call.
    Line,
    /// In the same file.
    File,
    /// In a file that the cause names, here or beside it.
    Named,
    /// Anywhere, if both name one line.
    Shared,
}

/// A consequence, its cause, and where it stands.
///
/// Of several causes the first in this list is the one; a cause may itself follow from another.
#[rustfmt::skip]
const FOLLOWS: &[(&str, &str, Near)] = &[
    // One verification that asks too little: the worst of it is the finding.
    ("algorithm-from-token", "verification-disabled", Near::Line),
    ("mixed-key-families", "verification-disabled", Near::Line),
    ("mixed-key-families", "algorithm-from-token", Near::Line),
    ("issuer-unchecked", "verification-disabled", Near::Line),
    ("audience-unchecked", "verification-disabled", Near::Line),
    ("expiry-optional", "verification-disabled", Near::Line),
    ("audience-unchecked", "audience-mismatch", Near::Line),
    ("issuer-unchecked", "audience-mismatch", Near::Line),
    ("audience-unchecked", "issuer-unchecked", Near::Line),
    ("expiry-optional", "issuer-unchecked", Near::Line),
    ("expiry-optional", "audience-unchecked", Near::Line),
    // Two defaults for one key: both go with the one that is mended.
    ("hardcoded-secret", "secret-value-mismatch", Near::Named),
    // What is written and dropped leaves the disagreement as it is.
    ("option-ignored", "algorithm-mismatch", Near::Named),
    // A token that is not kept needs no renewal.
    ("refresh-missing", "token-in-local-storage", Near::File),
    ("token-in-local-storage", "token-in-local-storage", Near::File),
    // Two copies of one function ask as little.
    ("issuer-unchecked", "issuer-unchecked", Near::File),
    ("algorithm-from-token", "algorithm-from-token", Near::File),
    // Nobody is asked who calls, since nothing uses the function that would ask.
    ("route-unauthenticated", "verifier-unused", Near::Named),
    // What is asked for in vain is sent as what it would have been.
    ("credential-kind-mismatch", "token-not-served", Near::Shared),
    ("call-without-token", "token-not-served", Near::Shared),
    // What is read and not there is not sent.
    ("call-without-token", "session-member-absent", Near::Shared),
    ("call-without-token", "interceptor-on-other-client", Near::Shared),
    ("call-without-token", "event-source-without-header", Near::Shared),
    ("route-unauthenticated", "prefix-lets-all-pass", Near::Named),
    ("wildcard-origin-with-credentials", "cors-inside-authentication", Near::Line),
];

/// Rules that explain a refusal, and such as explain an open door, the most telling first.
const REFUSAL: &[&str] = &[
    "token-not-served",
    "session-member-absent",
    "algorithm-mismatch",
    "credential-kind-mismatch",
    "claim-mismatch",
    "claim-not-issued",
    "jwks-path-mismatch",
    "secret-value-mismatch",
    "cookie-across-sites",
    "call-without-token",
    "storage-key-mismatch",
];
const OPEN_DOOR: &[&str] = &[
    "verification-disabled",
    "identity-from-request",
    "constant-identity",
    "authentication-bypass",
    "prefix-lets-all-pass",
    "verifier-unused",
    "route-unauthenticated",
    "sibling-unguarded",
];

/// Names the cause of each finding that has one, and marks what explains the verdicts.
pub(crate) fn arrange(findings: &mut [Finding], pairs: &[Paired<'_>]) {
    for index in 0..findings.len() {
        if findings[index].cause.is_some() {
            continue;
        }
        let cause = FOLLOWS
            .iter()
            .filter(|(rule, ..)| *rule == findings[index].rule)
            .find_map(|(_, cause, near)| {
                findings.iter().enumerate().find_map(|(at, other)| {
                    // Of two findings of one rule the earlier is the cause.
                    let before = other.rule != findings[index].rule || at < index;
                    let follows = other.rule == *cause && stands(&findings[index], other, *near);
                    (before && follows).then_some(other)
                })
            })
            .map(Finding::key);
        findings[index].cause = cause;
    }
    for pair in pairs {
        if let Some(index) = explaining(findings, &pair.agreement) {
            findings[index].foremost = true;
        }
    }
}

fn stands(consequence: &Finding, cause: &Finding, near: Near) -> bool {
    let (place, at) = (&consequence.place, &cause.place);
    match near {
        Near::Line => lines(cause).any(|at| place.file == at.file && place.line == at.line),
        Near::File => place.file == at.file,
        Near::Shared => lines(consequence)
            .any(|one| lines(cause).any(|other| one.file == other.file && one.line == other.line)),
        Near::Named => {
            place.file == at.file
                || cause
                    .related
                    .iter()
                    .any(|related| related.place.file == place.file)
        }
    }
}

/// Every place that a finding names.
fn lines(finding: &Finding) -> impl Iterator<Item = &Place> {
    let beside = finding.related.iter().map(|related| &related.place);
    std::iter::once(&finding.place).chain(beside)
}

/// The finding that explains the verdict of a pair; none where people get what they should.
fn explaining(findings: &[Finding], agreement: &Agreement) -> Option<usize> {
    let rules = match agreement.verdict {
        Verdict::Refused => REFUSAL,
        Verdict::Unchecked => OPEN_DOOR,
        Verdict::Accepted | Verdict::Unknown => return None,
    };
    let differs = |finding: &Finding| {
        agreement.differences.is_empty()
            || agreement
                .differences
                .iter()
                .any(|difference| [&difference.api.0, &difference.web.0].contains(&&finding.place))
    };
    rules.iter().find_map(|rule| {
        findings.iter().position(|finding| {
            finding.rule == *rule
                && finding.severity >= Severity::Warning
                && finding.cause.is_none()
                && differs(finding)
        })
    })
}
