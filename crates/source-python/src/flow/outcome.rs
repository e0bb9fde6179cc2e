//! How a function ends on each path, and what that says of it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Exits;
use super::exception::Exception;
use super::state::Facts;
use super::value::{Setting, Value};
use crate::tree::Site;

/// One way in which a function ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Outcome<'a> {
    pub(crate) exit: Exit<'a>,
    pub(crate) facts: Facts,
    pub(crate) request: Rc<BTreeMap<Rc<str>, Value<'a>>>,
}

/// The end of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Exit<'a> {
    Return(Value<'a>),
    Raise(Exception<'a>),
}

/// How many ways out of one function are kept apart.
const OUTCOMES: usize = 48;

impl<'a> Outcome<'a> {
    /// The outcomes of a body, each once; a setting on which nothing depends is forgotten.
    pub(crate) fn collect(exits: Exits<'a>) -> Vec<Self> {
        let returns = exits
            .returns
            .into_iter()
            .map(|(state, value)| (state, Exit::Return(value)));
        let raises = exits
            .raises
            .into_iter()
            .map(|(state, raised)| (state, Exit::Raise(raised)));
        let mut all: Vec<Self> = Vec::new();
        let mut seen = foldhash::HashSet::default();
        for (state, exit) in returns.chain(raises) {
            let outcome = Self {
                exit,
                facts: state.facts,
                request: state.request,
            };
            if seen.insert(outcome.clone()) {
                all.push(outcome);
            }
        }
        forget_settings(&mut all);
        if all.len() > OUTCOMES {
            narrow(&mut all);
        }
        all
    }
}

/// Brings values together that tell the caller nothing different, where there are too many ways out.
fn narrow(all: &mut Vec<Outcome<'_>>) {
    let mut seen = foldhash::HashSet::default();
    for outcome in &mut *all {
        if let Exit::Return(value) = &mut outcome.exit {
            let present = !matches!(value, Value::None | Value::Bool(_));
            if present && value.check().is_none() {
                let mut data = value.derived();
                if let Value::Data(data) = &mut data {
                    data.present = true;
                    data.setting = None;
                }
                *value = data;
            }
        } else {
            outcome.exit = Exit::Raise(match &outcome.exit {
                Exit::Raise(Exception::Http(_)) => Exception::Http(None),
                Exit::Raise(other) => other.clone(),
                Exit::Return(_) => Exception::Any,
            });
        }
        outcome.facts.swallowed = None;
    }
    all.retain(|outcome| seen.insert(outcome.clone()));
}

fn forget_settings(all: &mut Vec<Outcome<'_>>) {
    loop {
        let mut found = None;
        'search: for (i, outcome) in all.iter().enumerate() {
            for (setting, truth) in &outcome.facts.flags {
                for (j, other) in all.iter().enumerate().skip(i + 1) {
                    if other.facts.flags.get(setting) == Some(&!*truth)
                        && other.exit == outcome.exit
                        && other.request == outcome.request
                    {
                        let mut facts = [outcome.facts.clone(), other.facts.clone()];
                        for fact in &mut facts {
                            fact.flags.remove(setting);
                        }
                        if facts[0] == facts[1] {
                            found = Some((i, j, Rc::clone(setting)));
                            break 'search;
                        }
                    }
                }
            }
        }
        let Some((i, j, setting)) = found else { return };
        all.remove(j);
        all[i].facts.flags.remove(&setting);
    }
}

/// Who gets through, over all paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Required,
    Conditional(Rc<Setting>),
    Optional,
    None,
    Forgeable(Rc<str>, Site),
    Unknown(Rc<str>, Option<Site>),
}

/// What one path that lets pass has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passed {
    Verified,
    Forged,
    Unread,
    Switched,
    Anonymous,
}

/// The answer of one guard by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) answer: Answer,
    /// Whether nobody gets through who shows nothing, unless a setting says so or a call that was not read lets them.
    pub(crate) refuses: bool,
}

impl Judgement {
    pub(crate) fn of(passes: &[Facts]) -> Self {
        let shows = |facts: &Facts| {
            !facts.verified.is_empty() || facts.forged.is_some() || !facts.flags.is_empty()
        };
        Self {
            answer: judge(passes.iter()),
            refuses: passes.iter().all(shows),
        }
    }
}

/// The answer over the facts of every path that lets pass.
///
/// A path is verified if a check held on it. One that none did is forged if it believes what the caller writes,
/// unread if a call that was not understood had the credential, switched if a setting had to be so, else anonymous.
pub(crate) fn judge<'f>(passes: impl Iterator<Item = &'f Facts>) -> Answer {
    let mut kinds = Vec::new();
    for facts in passes {
        let kind = if !facts.verified.is_empty() {
            Passed::Verified
        } else if facts.unread.is_some() {
            Passed::Unread
        } else if !facts.flags.is_empty() {
            Passed::Switched
        } else if facts.forged.is_some() {
            Passed::Forged
        } else {
            Passed::Anonymous
        };
        kinds.push((kind, facts));
    }
    let first = |wanted: Passed| {
        kinds
            .iter()
            .find(|(kind, _)| *kind == wanted)
            .map(|(_, facts)| *facts)
    };
    let verified = first(Passed::Verified).is_some();
    if kinds.is_empty() {
        return Answer::Unknown("no path through it was found".into(), None);
    }
    if let Some((what, site)) = first(Passed::Forged).and_then(|facts| facts.forged.clone()) {
        return Answer::Forgeable(what, site);
    }
    if let Some((why, site)) = first(Passed::Unread).and_then(|facts| facts.unread.clone()) {
        return Answer::Unknown(why, Some(site));
    }
    if first(Passed::Anonymous).is_some() {
        return if verified {
            Answer::Optional
        } else {
            Answer::None
        };
    }
    match first(Passed::Switched).and_then(|facts| facts.flags.keys().next()) {
        // Settings that choose among ways none of which verifies open nothing.
        Some(_) if !verified => Answer::None,
        Some(setting) => Answer::Conditional(Rc::clone(setting)),
        None => Answer::Required,
    }
}
