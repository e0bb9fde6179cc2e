//! The handler itself, where nothing before it has verified who calls.

use std::rc::Rc;

use ruff_text_size::Ranged;

use super::route::Walk;
use crate::facts::GuardKind;
use crate::flow::{
    Answer, Closure, Engine, Exit, Exits, Judgement, Locals, Row, State, Taint, Value, site,
};
use crate::thunk::Thunk;

impl<'a> Walk<'_, 'a, '_> {
    pub(super) fn handler(&mut self, closure: &Closure<'a>, method: bool, socket: bool) {
        let node = closure.node.0;
        let at = site(closure.module, node.name.range());
        let skip = usize::from(method);
        // Its parameters' dependencies first, one by one, for the list of guards.
        for value in self.engine.parameter_dependencies(closure, skip) {
            let own = self.alone(&value.0, value.1);
            if let Some((name, place)) = self.engine.named(&value.0) {
                self.guard(GuardKind::Dependency, name, place, &own);
            } else if own.answer != Answer::None {
                let place = self.engine.place(value.1);
                self.guard(
                    GuardKind::Dependency,
                    self.engine.text_of(value.1).to_owned(),
                    place,
                    &own,
                );
            }
        }
        if !self.open() {
            return;
        }
        let mut rows: Vec<Row<'a>> = Vec::new();
        let mut ended = Exits::default();
        for state in std::mem::take(&mut self.states) {
            if !state.facts.verified.is_empty() && !self.engine.admitted {
                // What is verified stays so, whatever else the handler asks for.
                rows.push((state, Vec::new()));
                continue;
            }
            for (mut state, row) in self.engine.parameters(closure, skip, state, &mut ended) {
                for (_, value) in &row {
                    // A value that only arrives, as a parameter of the handler, is believed nowhere yet.
                    if value.taint().has(Taint::UNVERIFIED) {
                        state.believe(value, at);
                    }
                }
                rows.push((state, row));
            }
        }
        // A path on which something was not understood stays so, whatever the handler itself asks.
        let admitted = self.is_admitted();
        let is_open = |state: &State<'_>| {
            admitted || state.facts.verified.is_empty() && state.facts.unread.is_none()
        };
        let telling = rows
            .iter()
            .any(|(state, row)| is_open(state) && row.iter().any(|(_, value)| tells(value)));
        let before: Vec<State<'a>> = rows.iter().map(|(state, _)| state.clone()).collect();
        if !telling || signs_in(self.engine, closure) {
            self.states = before;
            crate::flow::settle(&mut self.states);
            return;
        }
        let mut after = Vec::new();
        let mut own = Vec::new();
        let mut verified = Vec::new();
        for (state, row) in rows {
            let locals = bound(row, node, method);
            if !is_open(&state) {
                after.push(state.clone());
                if !state.facts.verified.is_empty() {
                    verified.push((state, locals));
                }
                continue;
            }
            let outcomes = self
                .engine
                .handling(|engine| engine.run(closure, locals, method, &state));
            for outcome in outcomes.iter() {
                let Exit::Return(value) = &outcome.exit else {
                    continue;
                };
                if matches!(value, Value::Response(Some(401 | 403)))
                    || socket && outcome.facts.closed
                {
                    continue;
                }
                let mut next = State {
                    request: Rc::clone(&state.request),
                    facts: state.facts.clone(),
                    ..State::default()
                };
                if next.facts.join(&outcome.facts) {
                    own.push(outcome.facts.clone());
                    after.push(next);
                }
            }
        }
        if own.is_empty() {
            // It refuses whom nothing verified, or it answers nobody at all: then what stood before it decides.
            let answers = !after.is_empty() && self.answers(&verified, closure, method);
            self.states = if answers { after } else { before };
            return;
        }
        let own = Judgement::of(&own);
        let place = self.engine.tree.place(closure.module, &node.name);
        self.guard(GuardKind::Handler, node.name.to_string(), place, &own);
        self.states = after;
        crate::flow::settle(&mut self.states);
    }

    /// Whether a handler comes to an answer on some path, given what was verified.
    fn answers(
        &mut self,
        verified: &[(State<'a>, Locals<'a>)],
        closure: &Closure<'a>,
        method: bool,
    ) -> bool {
        self.engine.handling(|engine| {
            verified.iter().any(|(state, locals)| {
                engine
                    .run(closure, locals.clone(), method, state)
                    .iter()
                    .any(|outcome| matches!(outcome.exit, Exit::Return(_)))
            })
        })
    }
}

/// The locals with which a handler begins.
fn bound<'a>(
    row: Vec<(Rc<str>, Value<'a>)>,
    node: &'a ruff_python_ast::StmtFunctionDef,
    method: bool,
) -> Locals<'a> {
    let mut locals = Locals::default();
    for (name, value) in row {
        locals.bind(&name, value);
    }
    if method && let Some(first) = node.parameters.args.first() {
        locals.bind(&first.parameter.name, Value::opaque());
    }
    locals
}

/// Whether a handler takes a password: what it verifies then is the start of a session, not one that is there.
fn signs_in<'a>(engine: &mut Engine<'a, '_>, closure: &Closure<'a>) -> bool {
    closure
        .node
        .0
        .parameters
        .iter_non_variadic_params()
        .any(|parameter| {
            if parameter.parameter.name.as_str() == "password" {
                return true;
            }
            let Some(annotation) = parameter.parameter.annotation.as_deref() else {
                return false;
            };
            match engine.value_of(&Thunk::at_top(closure.module, annotation)) {
                Value::Class(module, class) => engine.find(module, class, "password").is_some(),
                Value::External(name) => name.contains("OAuth2PasswordRequestForm"),
                _ => false,
            }
        })
}

/// Whether a handler given this can itself ask who the caller is.
fn tells(value: &Value<'_>) -> bool {
    let taint = value.taint();
    taint.has(
        Taint::CREDENTIAL
            .with(Taint::REQUEST)
            .with(Taint::IDENTITY)
            .with(Taint::UNREAD),
    ) || value.check().is_some()
        || matches!(value, Value::None | Value::Request(_))
}
