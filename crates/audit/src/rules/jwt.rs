//! Verifications of JWTs, as several rules look at them.

use std::collections::BTreeMap;

use betroth_agreement::VerifierKind;
use betroth_report::{Finding, Severity};
use betroth_source_python::Verification;

use super::Subject;
use crate::access::is_aside;

/// The verifications of one function: its branches are one cause.
pub(super) struct Verifier<'a> {
    /// Never empty.
    branches: Vec<&'a Verification>,
}

impl<'a> Verifier<'a> {
    /// The branch that a finding points to: one that the program reaches, if there is a choice.
    pub(super) fn first(&self) -> &'a Verification {
        let reached = self.branches.iter().find(|branch| branch.reached);
        reached.unwrap_or(&self.branches[0])
    }

    /// The branches for which something is lacking, as a verifier of their own.
    pub(super) fn where_lacking(
        &self,
        lacks: impl Fn(&Verification) -> bool,
    ) -> Option<Verifier<'a>> {
        let branches: Vec<_> = self
            .branches
            .iter()
            .copied()
            .filter(|branch| lacks(branch))
            .collect();
        (!branches.is_empty()).then_some(Verifier { branches })
    }

    /// Whether the file reads a claim by hand, which this reader does not weigh.
    pub(super) fn reads_claim(&self, subject: &Subject<'_>, claim: &str) -> bool {
        let text = subject
            .tree
            .text(&self.first().fact.place.file)
            .unwrap_or_default();
        ['"', '\''].iter().any(|quote| {
            let name = format!("{quote}{claim}{quote}");
            text.contains(&format!("get({name}")) || text.contains(&format!("[{name}]"))
        })
    }

    /// A finding at the first branch, with the others beside it; a note where no route reaches them.
    pub(super) fn finding(
        &self,
        rule: &'static str,
        severity: Severity,
        lacking: &str,
        label: &str,
    ) -> Finding {
        let first = self.first();
        let severity = if first.reached {
            severity
        } else {
            Severity::Note
        };
        let who = if first.callable.is_empty() {
            "a token is verified".to_owned()
        } else {
            format!("`{}` verifies a token", first.callable)
        };
        let finding = Finding::new(
            rule,
            severity,
            first.fact.place.clone(),
            if lacking.starts_with(',') {
                format!("{who}{lacking}")
            } else {
                format!("{who} {lacking}")
            },
        )
        .label(label);
        self.branches
            .iter()
            .filter(|other| other.fact.place != first.fact.place)
            .take(5)
            .fold(finding, |finding, other| {
                finding.related(other.fact.place.clone(), "nor here")
            })
    }
}

/// The functions that verify the signature of a JWT, in the order of their places.
pub(super) fn verifiers<'a>(subject: &Subject<'a>) -> Vec<Verifier<'a>> {
    let mut functions: BTreeMap<(&str, &str), Vec<&Verification>> = BTreeMap::new();
    for found in &subject.python.verifications {
        let signed = matches!(
            found.fact.kind,
            VerifierKind::Jwks | VerifierKind::SharedSecret
        ) && found.fact.library.is_some()
            && !is_off(found, "verify_signature");
        if signed && !is_aside(&found.fact.place.file) {
            functions
                .entry((&found.fact.place.file, &found.callable))
                .or_default()
                .push(found);
        }
    }
    functions
        .into_values()
        .map(|branches| Verifier { branches })
        .collect()
}

/// Whether an option switches a check off: then that is the finding.
pub(super) fn is_off(found: &Verification, option: &str) -> bool {
    found.switched_off.iter().any(|off| off == option)
}
