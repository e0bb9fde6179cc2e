//! One route: what runs before its handler, and whether a caller without a credential gets through all of it.

use std::rc::Rc;

use betroth_report::Place;
use foldhash::HashSet;
use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use super::admitted::admits_people;
use super::callable::passing;
use super::watching::watches;
use crate::facts::{Authentication, Guard, GuardKind};
use crate::flow::betroth::{self, Mark};
use crate::flow::{
    Answer, Around, Closure, Engine, Entries, Exit, Facts, Judgement, Node, Outcome, RouteContext,
    Site, State, Value, judge, site,
};
use crate::thunk::{Callee, Thunk};
use crate::wiring::{Added, AddedKind, Application, Declared, Handler};

/// A route with its answer.
pub(crate) struct Judged {
    pub(crate) authentication: Authentication,
    pub(crate) guards: Vec<Guard>,
    /// The checks that hold on some path that lets pass.
    pub(crate) checks: Vec<crate::flow::Check>,
    /// Whether some of them tell one person from another, and no other way in is known.
    pub(crate) admits_people: bool,
}

/// How many paths are carried from one guard to the next.
const PATHS: usize = 32;

/// Judges one route of an application.
pub(crate) fn judge_route<'a>(
    engine: &mut Engine<'a, '_>,
    application: &Application<'a>,
    declared: &Declared<'a>,
) -> Judged {
    let (walked, of_middleware) = walk(engine, application, declared);
    let Walk {
        engine,
        states,
        mut guards,
        ..
    } = walked;
    let mut answer = judge(states.iter().map(|state| &state.facts));
    let checks = checks(&states);
    if answer == Answer::Optional
        && !engine.state_read
        && checks.iter().all(|check| of_middleware.contains(check))
    {
        // A middleware knows some callers and lets all pass, and nothing on this route asks it who they are.
        answer = Answer::None;
    }
    let place = match &declared.handler {
        Handler::Function(callee, _) => engine.tree.place(callee.module, &callee.node.name),
        Handler::Opaque(_, place) => place.clone(),
    };
    let authentication = engine.authentication(&answer, &place);
    guards.dedup();
    let admits_people = matches!(
        answer,
        Answer::Required | Answer::Conditional(_) | Answer::Optional
    ) && admits_people(engine, &checks);
    Judged {
        authentication,
        guards,
        checks,
        admits_people,
    }
}

/// Carries a caller through all that stands on a route; with it, the checks of the middleware alone.
pub(super) fn walk<'e, 'a, 't>(
    engine: &'e mut Engine<'a, 't>,
    application: &Application<'a>,
    declared: &Declared<'a>,
) -> (Walk<'e, 'a, 't>, Vec<crate::flow::Check>) {
    engine.begin();
    engine.route = Some(RouteContext {
        method: declared.method.as_str().into(),
        path: declared.path.as_str().into(),
    });
    let mut marks = declared.decorators.iter().filter_map(|thunk| {
        let value = engine.value_of(thunk);
        betroth::mark(&value.dotted()?)
    });
    let mark = marks.next();
    drop(marks);
    let mut route = Walk {
        engine,
        states: vec![State::default()],
        guards: Vec::new(),
        mark,
    };
    let all = || application.middlewares.iter().chain(&declared.middlewares);
    route.engine.state_known = if all().any(|added| matches!(added.kind, AddedKind::Opaque)) {
        Entries::Untold
    } else {
        Entries::Told
    };
    for added in all() {
        route.middleware(added, declared.method == "WS");
    }
    let of_middleware = checks(&route.states);
    route.engine.state_read = false;
    for thunk in &declared.dependencies {
        route.dependency(thunk);
    }
    if let Handler::Function(callee, class) = &declared.handler {
        if let Some((module, class)) = class {
            for (value, at) in route.engine.controller_dependencies(*module, Node(class)) {
                route.depends_on(&value, at);
            }
        }
        let closure = Closure {
            module: callee.module,
            node: Node(callee.node),
            captured: None,
            env: callee.env.clone(),
            class: class.map(|(module, class)| (module, Node(class))),
        };
        for thunk in &declared.decorators {
            route.decorator(thunk);
        }
        for wrapper in &declared.wrappers {
            route.wrapper(wrapper);
        }
        route.handler(&closure, class.is_some(), declared.method == "WS");
    }
    route.engine.route = None;
    route.engine.state_known = Entries::Assumed;
    (route, of_middleware)
}

/// The checks that hold on some of these paths.
fn checks(states: &[State<'_>]) -> Vec<crate::flow::Check> {
    let mut checks: Vec<_> = states
        .iter()
        .flat_map(|state| state.facts.verified.iter().copied())
        .collect();
    checks.sort_unstable();
    checks.dedup();
    checks
}

pub(super) struct Walk<'e, 'a, 't> {
    pub(super) engine: &'e mut Engine<'a, 't>,
    /// The paths that have got this far.
    pub(super) states: Vec<State<'a>>,
    guards: Vec<Guard>,
    /// What a decorator of our own guard says of the handler.
    mark: Option<Mark>,
}

impl<'a> Walk<'_, 'a, '_> {
    /// Carries every path through what stands next, given how that can end after each.
    fn through(
        &mut self,
        site: Site,
        around: Option<Around<'a>>,
        mut outcomes: impl FnMut(&mut Engine<'a, '_>, &State<'a>) -> Vec<Outcome<'a>>,
    ) -> Judgement {
        let middleware = around.is_some();
        let mut next: Vec<State<'a>> = Vec::new();
        let mut seen = HashSet::default();
        let mut own: Vec<Facts> = Vec::new();
        for state in &self.states {
            if !middleware && !state.facts.verified.is_empty() {
                next.push(state.clone());
                continue;
            }
            let ended = match &around {
                Some(around) => self.engine.around(around, state, &mut outcomes),
                None => Rc::new(outcomes(self.engine, state)),
            };
            own.extend(passing(self.engine, &ended, middleware, site));
            for outcome in ended.iter() {
                let Exit::Return(value) = &outcome.exit else {
                    continue;
                };
                if middleware && !outcome.facts.passed
                    || matches!(value, Value::Response(Some(401 | 403)))
                {
                    continue;
                }
                let mut after = State {
                    request: Rc::clone(&outcome.request),
                    facts: state.facts.clone(),
                    ..State::default()
                };
                let mut facts = outcome.facts.clone();
                facts.passed = false;
                facts.swallowed = None;
                if !after.facts.join(&facts) {
                    continue;
                }
                // What only arrives decides nothing for one who is let in already: it is asked where it is used.
                if !self.engine.admitted {
                    after.believe(value, site);
                    for written in outcome.request.values() {
                        after.believe(written, site);
                    }
                }
                if seen.insert(after.clone()) {
                    next.push(after);
                }
            }
        }
        let judgement = Judgement::of(&own);
        if middleware && next.is_empty() {
            // An application whose middleware answers everything itself serves nothing: it was not understood.
            self.engine.state_known = Entries::Untold;
            next.clone_from(&self.states);
            for state in &mut next {
                state.facts.unread.get_or_insert_with(|| {
                    (
                        "the middleware was not understood: no path through it was found".into(),
                        site,
                    )
                });
            }
        }
        crate::flow::settle(&mut next);
        if next.len() > PATHS {
            // Paths of equal standing tell the same.
            let mut kinds = HashSet::default();
            next.retain(|state| {
                kinds.insert((
                    state.facts.verified.is_empty(),
                    state.facts.forged.is_some(),
                    state.facts.unread.is_some(),
                    state.facts.flags.is_empty(),
                    Rc::clone(&state.request),
                ))
            });
        }
        self.states = next;
        self.admit(middleware);
        judgement
    }

    pub(super) fn guard(&mut self, kind: GuardKind, name: String, place: Place, own: &Judgement) {
        if own.answer != Answer::None {
            let authentication = self.engine.authentication(&own.answer, &place);
            self.guards.push(Guard {
                kind,
                name,
                place,
                authentication,
                refuses: own.refuses,
            });
        }
    }

    fn middleware(&mut self, added: &Added<'a>, socket: bool) {
        match &added.kind {
            AddedKind::Cors(_) => {}
            AddedKind::Class(module, class, keywords) => {
                let class = Node(*class);
                let site = site(*module, class.0.name.range());
                let plain_asgi = self.engine.find(*module, class, "dispatch").is_none();
                if socket && !plain_asgi {
                    // Starlette's BaseHTTPMiddleware hands a WebSocket on untouched.
                    return;
                }
                let keywords: Vec<_> = keywords
                    .iter()
                    .map(|(name, thunk)| (Rc::from(*name), self.engine.value_of(thunk)))
                    .collect();
                let around = Around::with(Value::Class(*module, class), keywords.clone());
                let own = self.through(site, Some(around), |engine, state| {
                    engine.middleware_class(*module, class, keywords.clone(), site, state)
                });
                let place = self.engine.tree.place(*module, &class.0.name);
                self.guard(GuardKind::Middleware, added.name.clone(), place, &own);
            }
            AddedKind::Function(module, node) => {
                if socket {
                    return;
                }
                let site = site(*module, node.name.range());
                let closure = Closure {
                    module: *module,
                    node: Node(*node),
                    captured: None,
                    env: None,
                    class: None,
                };
                let around = Around::of(Value::Function(Rc::new(closure.clone())));
                let own = self.through(site, Some(around), |engine, state| {
                    engine.middleware_function(&closure, site, state)
                });
                let place = self.engine.tree.place(*module, &node.name);
                self.guard(GuardKind::Middleware, added.name.clone(), place, &own);
            }
            AddedKind::External(name) if betroth::is_guard(name) => self.gate(name, added.at),
            AddedKind::External(name) => {
                if !watches(name) {
                    self.unread(
                        &format!("the middleware `{name}` is of another package and was not read"),
                        added.at,
                    );
                }
            }
            AddedKind::Opaque => self.unread(
                &format!("the middleware `{}` could not be told", added.name),
                added.at,
            ),
        }
    }

    /// Our own gate, which asks every caller unless the handler is marked.
    fn gate(&mut self, name: &str, at: Site) {
        let asked = match self.mark {
            Some(Mark::Public) => return,
            Some(Mark::Optional) => name.replace(".gate", ".optional_user"),
            None => name.to_owned(),
        };
        let value = Value::External(asked.into());
        let own = self.through(at, None, |engine, state| {
            engine.dependency_outcomes(&value, at, state)
        });
        let place = self.engine.place(at);
        self.guard(GuardKind::Middleware, "protect".to_owned(), place, &own);
    }

    fn unread(&mut self, why: &str, at: Site) {
        if self.is_admitted() {
            return;
        }
        for state in &mut self.states {
            state.facts.unread.get_or_insert_with(|| (why.into(), at));
        }
    }

    fn dependency(&mut self, thunk: &Thunk<'a>) {
        let value = self.engine.value_of(thunk);
        let at = site(thunk.module, thunk.expr.range());
        self.depends_on(&value, at);
    }

    /// Whether some path has got this far with nothing verified.
    pub(super) fn open(&self) -> bool {
        self.states
            .iter()
            .any(|state| state.facts.verified.is_empty())
    }

    /// What a dependency answers on its own, after what the middleware did.
    pub(super) fn alone(&mut self, value: &Value<'a>, at: Site) -> Judgement {
        let state = self.states.first().cloned().unwrap_or_default();
        let key = (
            value.clone(),
            Rc::clone(&state.request),
            self.engine.state_known,
        );
        let key = match self.engine.alone.get(key, self.engine.route.as_ref()) {
            Ok((known, _)) => return known,
            Err(key) => key,
        };
        let asked = std::mem::take(&mut self.engine.asked);
        let outcomes = self.engine.dependency_outcomes(value, at, &state);
        let passes = passing(self.engine, &outcomes, false, at);
        let judgement = Judgement::of(&passes);
        let engine = &mut *self.engine;
        engine
            .alone
            .insert(key, &engine.asked, engine.route.as_ref(), judgement.clone());
        engine.asked.extend(asked);
        judgement
    }

    fn depends_on(&mut self, value: &Value<'a>, at: Site) {
        if !matches!(value, Value::Depends(_)) {
            if !matches!(value, Value::None) {
                let text = self.engine.text_of(at);
                self.unread(
                    &format!("`{text}` among the dependencies could not be read"),
                    at,
                );
            }
            return;
        }
        let own = self.alone(value, at);
        if self.open() {
            self.through(at, None, |engine, state| {
                engine.dependency_outcomes(value, at, state)
            });
        }
        if let Some((name, place)) = self.engine.named(value) {
            self.guard(GuardKind::Dependency, name, place, &own);
        } else if own.answer != Answer::None {
            let place = self.engine.place(at);
            self.guard(
                GuardKind::Dependency,
                self.engine.text_of(at).to_owned(),
                place,
                &own,
            );
        }
    }

    /// A function that a decorator put around the handler, where the wiring followed that decorator.
    fn wrapper(&mut self, wrapper: &Callee<'a>) {
        let closure = Closure {
            module: wrapper.module,
            node: Node(wrapper.node),
            captured: None,
            env: wrapper.env.clone(),
            class: None,
        };
        let at = site(wrapper.module, wrapper.node.name.range());
        let around = Around::of(Value::Function(Rc::new(closure.clone())));
        let own = self.through(at, Some(around), |engine, state| {
            engine.wrapper(&closure, at, state)
        });
        let place = self.engine.place(at);
        self.guard(
            GuardKind::Decorator,
            wrapper.node.name.to_string(),
            place,
            &own,
        );
    }

    fn decorator(&mut self, thunk: &Thunk<'a>) {
        let value = self.engine.value_of(thunk);
        let at = site(thunk.module, thunk.expr.range());
        if value
            .dotted()
            .is_some_and(|name| betroth::mark(&name).is_some())
        {
            return;
        }
        if let Value::Function(_) | Value::Method(_) = &value {
            let Some(probe) = self.engine.decorator(&value, at, &State::default()) else {
                return;
            };
            if probe.iter().any(|outcome| outcome.facts.passed) {
                let around = Around::of(value.clone());
                let own = self.through(at, Some(around), |engine, state| {
                    engine.decorator(&value, at, state).unwrap_or_default()
                });
                if let Some((name, place)) = self.engine.named(&value) {
                    self.guard(GuardKind::Decorator, name, place, &own);
                }
                return;
            }
        } else {
            let callee = match (&value, thunk.expr) {
                (Value::Data(_), Expr::Call(call)) => self.engine.value_of(&Thunk {
                    expr: &call.func,
                    ..thunk.clone()
                }),
                _ => value.clone(),
            };
            // Starlette's `requires` asks for scopes, and its backend may give any to anybody.
            if callee
                .dotted()
                .is_some_and(|name| watches(&name) && name != "starlette.authentication.requires")
            {
                return;
            }
        }
        let text = self.engine.text_of(at);
        self.unread(
            &format!("what the decorator `{text}` asks for could not be read"),
            at,
        );
    }
}
