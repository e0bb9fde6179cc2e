//! A route as a caller finds it whom a guard has let in: what it acts on that the caller still writes.

use std::rc::Rc;

use super::route::{Walk, walk};
use crate::facts::ClaimedIdentity;
use crate::flow::{Check, CheckFact, Engine, Facts, State, names_a_person};
use crate::tree::Tree;
use crate::wiring::{Application, Declared, is_test};
use betroth_agreement::VerifierKind;

/// Whether a check tells one person from another: a key that another service holds does not, and who holds it may speak for
/// people.
pub(super) fn is_of_a_person(check: &CheckFact<'_>) -> bool {
    check.kind != VerifierKind::SharedSecret || check.library.is_some()
}

/// Words by which a text reads what a caller writes.
const READS: &[&str] = &["header", "cookie", "\"x-", "'x-"];

/// Whether any module may read a header or cookie in which the caller names a person: where none does, no route acts on one.
pub(crate) fn reads_identities(tree: &Tree<'_>) -> bool {
    tree.ids().any(|id| {
        let module = tree.module(id);
        let mut lines = module.text().lines();
        !is_test(module.path())
            && lines.any(|line| {
                let line = line.to_ascii_lowercase().replace('_', "-");
                READS.iter().any(|word| line.contains(word)) && names_a_person(&line)
            })
    })
}

/// By which identity of the caller's own writing a route acts, for a caller whom every guard has let in.
///
/// The engine is one of [`Engine::admitted`]. A way that a setting opens is told elsewhere, and what is held against the
/// verified identity decides nothing by itself.
pub(crate) fn claimed_identity<'a>(
    engine: &mut Engine<'a, '_>,
    application: &Application<'a>,
    declared: &Declared<'a>,
) -> Option<ClaimedIdentity> {
    let (walked, _) = walk(engine, application, declared);
    let states = walked.states;
    let (what, site) = states.iter().find_map(|state| claimed(&state.facts))?;
    Some(ClaimedIdentity {
        what: what.to_string(),
        place: engine.place(site),
    })
}

fn claimed(facts: &Facts) -> Option<(Rc<str>, crate::flow::Site)> {
    let (what, site) = facts.forged.clone()?;
    let decides = facts.flags.is_empty() && !facts.confirmed.contains(&what);
    decides.then_some((what, site))
}

impl Walk<'_, '_, '_> {
    /// Whether the walk is that of a caller whom the guards have let in.
    pub(super) fn is_admitted(&self) -> bool {
        self.engine.admitted
    }

    /// Goes on as the caller whom something let in, and forgets by what: what comes after is asked all the same.
    pub(super) fn admit(&mut self, around: bool) {
        if !self.is_admitted() {
            return;
        }
        let verified = |state: &State<'_>| !state.facts.verified.is_empty();
        if around && self.states.iter().any(verified) {
            self.states.retain(verified);
        }
        for state in &mut self.states {
            state.facts.verified.clear();
            state.facts.unread = None;
        }
    }
}

/// Whether any of these checks tells one person from another.
pub(super) fn admits_people(engine: &Engine<'_, '_>, checks: &[Check]) -> bool {
    checks
        .iter()
        .filter_map(|check| engine.checks.get(*check as usize))
        .any(is_of_a_person)
}
