//! What holds on one path through a function.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::value::{Check, Setting, Taint, Value};
use crate::tree::Site;

/// Local names with their values, and what tests have shown of members (`token.credentials`), sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Locals<'a>(BTreeMap<Rc<str>, Value<'a>>);

impl<'a> Locals<'a> {
    pub(crate) fn value(&self, name: &str) -> Option<&Value<'a>> {
        self.0.get(name)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value<'a>> {
        self.0.values()
    }

    /// The names that hold exactly this value.
    pub(crate) fn bound_to(&self, value: &Value<'a>) -> impl Iterator<Item = Rc<str>> {
        self.0
            .iter()
            .filter(move |(_, known)| *known == value)
            .map(|(name, _)| Rc::clone(name))
    }

    /// Binds a name. What was known of its members is forgotten.
    pub(crate) fn bind(&mut self, name: &str, value: Value<'a>) {
        if self.0.keys().any(|key| member_of(key, name)) {
            self.0.retain(|key, _| !member_of(key, name));
        }
        self.0.insert(name.into(), value);
    }

    /// Notes what is known of a member, by its dotted path.
    pub(crate) fn refine(&mut self, path: &str, value: Value<'a>) {
        self.0.insert(path.into(), value);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Binds all that `inner` binds.
    pub(crate) fn overlay(&mut self, inner: &Self) {
        self.0.extend(
            inner
                .0
                .iter()
                .map(|(key, value)| (Rc::clone(key), value.clone())),
        );
    }

    /// Whether `live` holds for every name.
    fn all(&self, live: impl Fn(&str) -> bool) -> bool {
        self.0
            .keys()
            .all(|key| live(key.split('.').next().unwrap_or(key)))
    }

    /// Keeps the names for which `live` holds.
    pub(crate) fn keep(&mut self, live: impl Fn(&str) -> bool) {
        self.0
            .retain(|key, _| live(key.split('.').next().unwrap_or(key)));
    }

    /// Takes in another set of locals that differs only in bland values.
    fn blend(&mut self, other: &Self) {
        for (key, value) in &mut self.0 {
            let Some(theirs) = other.0.get(key) else {
                continue;
            };
            if value != theirs {
                if let Value::Data(data) = value
                    && !data.is_plain()
                {
                    data.present &= theirs.is_present();
                    continue;
                }
                *value = if value.is_present() && theirs.is_present() {
                    Value::present(Taint::NOTHING)
                } else {
                    Value::opaque()
                };
            }
        }
    }

    /// Keeps only what both know alike; what differs becomes unknown, with the taint of both.
    fn widen(&mut self, other: &Self) {
        self.0.retain(|key, _| other.0.contains_key(key));
        for (key, value) in &mut self.0 {
            let theirs = &other.0[key];
            if value != theirs {
                *value = Value::computed([&*value, theirs]);
            }
        }
    }
}

fn member_of(key: &str, name: &str) -> bool {
    key.strip_prefix(name)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// What a path has shown about the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Facts {
    /// The checks that held.
    pub(crate) verified: Vec<Check>,
    /// What was believed without a check, and where.
    pub(crate) forged: Option<(Rc<str>, Site)>,
    /// What the caller writes, in words, where it was held against an identity that is verified.
    pub(crate) confirmed: BTreeSet<Rc<str>>,
    /// A call that was handed the credential and could not be read: why, and where.
    pub(crate) unread: Option<(Rc<str>, Site)>,
    /// Settings that had to be true, or false, for the path to be taken.
    pub(crate) flags: BTreeMap<Rc<Setting>, bool>,
    /// Where an exception of a verification was caught.
    pub(crate) swallowed: Option<Site>,
    /// The request went on to the next (middleware, decorator).
    pub(crate) passed: bool,
    /// The WebSocket was closed.
    pub(crate) closed: bool,
}

impl Facts {
    /// Adds what a callee has shown; `false` where the two exclude each other.
    pub(crate) fn join(&mut self, other: &Self) -> bool {
        for (setting, truth) in &other.flags {
            if self
                .flags
                .insert(Rc::clone(setting), *truth)
                .is_some_and(|before| before != *truth)
            {
                return false;
            }
        }
        for check in &other.verified {
            self.verify(*check);
        }
        self.forged = self.forged.take().or_else(|| other.forged.clone());
        self.confirmed.extend(other.confirmed.iter().map(Rc::clone));
        self.unread = self.unread.take().or_else(|| other.unread.clone());
        self.swallowed = self.swallowed.or(other.swallowed);
        self.passed |= other.passed;
        self.closed |= other.closed;
        true
    }

    pub(crate) fn verify(&mut self, check: Check) {
        if let Err(at) = self.verified.binary_search(&check) {
            self.verified.insert(at, check);
        }
    }
}

/// One path: its local names, what it wrote to `request.state`, and its facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State<'a> {
    pub(crate) locals: Rc<Locals<'a>>,
    /// What stands in `request.state` (and in `scope`), by name.
    pub(crate) request: Rc<BTreeMap<Rc<str>, Value<'a>>>,
    pub(crate) facts: Facts,
}

impl<'a> State<'a> {
    pub(crate) fn bind(&mut self, name: &str, value: Value<'a>) {
        Rc::make_mut(&mut self.locals).bind(name, value);
    }

    pub(crate) fn refine(&mut self, path: &str, value: Value<'a>) {
        Rc::make_mut(&mut self.locals).refine(path, value);
    }

    /// The path is only taken if the setting is `truth`; `None` where it was shown to be otherwise.
    pub(crate) fn assume(mut self, setting: &Rc<Setting>, truth: bool) -> Option<Self> {
        if let Some(known) = self.facts.flags.get(setting) {
            (*known == truth).then_some(self)
        } else {
            self.facts.flags.insert(Rc::clone(setting), truth);
            Some(self)
        }
    }

    /// Notes that what the caller writes, or what came of it, is held against an identity that is verified.
    pub(crate) fn confirm(&mut self, value: &Value<'a>) {
        let source = value.source().or_else(|| self.facts.forged.clone());
        self.facts.confirmed.extend(source.map(|(what, _)| what));
    }

    /// Notes that `value` decides who the caller is taken for.
    pub(crate) fn believe(&mut self, value: &Value<'a>, site: Site) {
        let taint = value.taint();
        if self.facts.forged.is_some() || taint.has(Taint::VERIFIED) {
            return;
        }
        if taint.has(Taint::IDENTITY) {
            self.facts.forged = Some(
                value
                    .source()
                    .unwrap_or_else(|| ("what the caller writes".into(), site)),
            );
        } else if taint.has(Taint::UNVERIFIED) {
            self.facts.forged = Some((
                "claims of a token whose signature is not verified".into(),
                site,
            ));
        }
    }
}

/// How many paths are kept apart at one point of a function.
const PATHS: usize = 96;

/// Brings paths together that agree in all that is still read.
///
/// Two that differ only in a setting being true and false need not know it. Where more than [`PATHS`] remain,
/// those with equal facts become one, and what follows on it is not told (`unread`).
pub(crate) fn merge<'a>(states: &mut Vec<State<'a>>, live: impl Fn(&str) -> bool, site: Site) {
    if states.len() < 2 {
        return;
    }
    for state in &mut *states {
        if !state.locals.all(&live) {
            Rc::make_mut(&mut state.locals).keep(&live);
        }
    }
    settle(states);
    if states.len() > FEW {
        blend(states);
    }
    if states.len() <= PATHS {
        return;
    }
    let mut merged: Vec<State<'a>> = Vec::new();
    for state in states.drain(..) {
        match merged.iter_mut().find(|other| {
            other.facts.verified == state.facts.verified && other.facts.passed == state.facts.passed
        }) {
            Some(other) => {
                Rc::make_mut(&mut other.locals).widen(&state.locals);
                if other.request != state.request {
                    bring_together(Rc::make_mut(&mut other.request), &state.request);
                }
                other
                    .facts
                    .flags
                    .retain(|setting, truth| state.facts.flags.get(setting) == Some(truth));
                other.facts.forged = other.facts.forged.take().or(state.facts.forged);
                // What is verified stays so, and what is believed too; of the rest nothing more can be told.
                if other.facts.verified.is_empty() && other.facts.forged.is_none() {
                    other.facts.unread = Some(("too many paths to follow".into(), site));
                }
            }
            None => merged.push(state),
        }
    }
    *states = merged;
}

/// What stands in `request.state` on either of two paths; what only one of them wrote may be there or not.
fn bring_together<'a>(
    ours: &mut BTreeMap<Rc<str>, Value<'a>>,
    theirs: &BTreeMap<Rc<str>, Value<'a>>,
) {
    for (name, value) in &mut *ours {
        match theirs.get(name) {
            Some(other) if other == value => {}
            Some(other) => *value = Value::computed([&*value, other]),
            None => *value = Value::opaque(),
        }
    }
    for name in theirs.keys() {
        if !ours.contains_key(name) {
            ours.insert(Rc::clone(name), Value::opaque());
        }
    }
}

/// Up to how many paths are compared one with another.
const PAIRWISE: usize = 12;

/// How many paths are kept apart whatever they differ in.
const FEW: usize = 6;

/// Brings paths together that differ only in texts and the like, which nothing but a message shows, in which of several
/// checks held, or in which exception was caught.
fn blend(states: &mut Vec<State<'_>>) {
    let mut kept: Vec<State<'_>> = Vec::new();
    let mut groups: foldhash::HashMap<State<'_>, usize> = foldhash::HashMap::default();
    for state in states.drain(..) {
        let mut key = state.clone();
        key.facts.swallowed = None;
        if !key.facts.verified.is_empty() {
            key.facts.verified = vec![Check::MAX];
        }
        for value in Rc::make_mut(&mut key.locals).0.values_mut() {
            if value.is_bland() {
                *value = Value::opaque();
            } else if let Value::Data(data) = value {
                data.present = false;
            }
        }
        if let Some(at) = groups.get(&key) {
            let into = &mut kept[*at];
            Rc::make_mut(&mut into.locals).blend(&state.locals);
            into.facts.swallowed = into.facts.swallowed.or(state.facts.swallowed);
            for check in state.facts.verified {
                into.facts.verify(check);
            }
        } else {
            groups.insert(key, kept.len());
            kept.push(state);
        }
    }
    *states = kept;
}

/// Brings paths together that differ in nothing, or only in a setting on which nothing depends.
pub(crate) fn settle(states: &mut Vec<State<'_>>) {
    if states.len() < 2 {
        return;
    }
    if states.len() <= PAIRWISE {
        // Comparing a few costs less than hashing them.
        let mut at = 1;
        while at < states.len() {
            if states[..at].contains(&states[at]) {
                states.remove(at);
            } else {
                at += 1;
            }
        }
    } else {
        let mut seen = foldhash::HashSet::default();
        states.retain(|state| seen.insert(state.clone()));
    }
    forget_settings(states);
}

fn forget_settings(states: &mut Vec<State<'_>>) {
    loop {
        let mut found = None;
        'search: for (i, state) in states.iter().enumerate() {
            for (setting, truth) in &state.facts.flags {
                for (j, other) in states.iter().enumerate().skip(i + 1) {
                    if other.facts.flags.get(setting) == Some(&!*truth)
                        && same_without(state, other, setting)
                    {
                        found = Some((i, j, Rc::clone(setting)));
                        break 'search;
                    }
                }
            }
        }
        let Some((i, j, setting)) = found else { return };
        states.remove(j);
        states[i].facts.flags.remove(&setting);
    }
}

fn same_without(one: &State<'_>, other: &State<'_>, setting: &Rc<Setting>) -> bool {
    let mut facts = [one.facts.clone(), other.facts.clone()];
    for fact in &mut facts {
        fact.flags.remove(setting);
    }
    facts[0] == facts[1] && one.locals == other.locals && one.request == other.request
}
