//! Parameters as FastAPI fills them: sub-dependencies first, then headers, cookies, query, path and body.

use std::rc::Rc;

use super::argument::{Arguments, first_parameter};
use super::exception::Exception;
use super::state::Locals;
use super::value::{Closure, Data, Proof, RequestPart, Scheme, SchemeKind, Taint, Value};
use super::{Engine, Exits, Outcome, State, Values};
use crate::tree::Site;

impl<'a> Engine<'a, '_> {
    /// A security scheme reads its credential: the paths on which it is there, and on which it is not.
    pub(crate) fn call_scheme(
        &mut self,
        scheme: &Scheme,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let described = |what: &str| {
            Value::Data(Data {
                taint: Taint::CREDENTIAL,
                present: true,
                source: Some((what.into(), site)),
                ..Data::default()
            })
        };
        let there = match &scheme.kind {
            SchemeKind::Bearer | SchemeKind::Token => described("the header `Authorization`"),
            SchemeKind::Basic => described("the user name and password"),
            SchemeKind::ApiKey(source, name) => match self.written(*source, name, true, site) {
                // Whoever declares a scheme means a credential, whatever its name.
                Value::Data(mut data) => {
                    data.taint = Taint::CREDENTIAL;
                    Value::Data(data)
                }
                other => other,
            },
        };
        match scheme.auto_error {
            Some(true) => {
                exits
                    .raises
                    .push((state.clone(), Exception::Http(Some(401))));
                vec![(state, there)]
            }
            Some(false) => vec![(state.clone(), there), (state, Value::None)],
            None => {
                exits
                    .raises
                    .push((state.clone(), Exception::Http(Some(401))));
                let absent = state.clone();
                state.facts.swallowed = None;
                vec![(state, there), (absent, Value::None)]
            }
        }
    }

    /// Runs a dependency as FastAPI does; what it yields, on each path.
    pub(crate) fn depend(
        &mut self,
        dependency: &Value<'a>,
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        match dependency {
            Value::Depends(inner) => self.depend(&Rc::clone(inner), site, state, exits),
            Value::Function(closure) => {
                self.injected(&Rc::clone(closure), None, site, state, exits)
            }
            Value::Method(method) => {
                let (receiver, closure) = (method.0.clone(), method.1.clone());
                self.injected(&closure, Some(receiver), site, state, exits)
            }
            Value::Instance(instance) => match self
                .find(instance.module, instance.class, "__call__")
                .and_then(|found| self.method_of(dependency, &found))
            {
                Some(method) => self.depend(&method, site, state, exits),
                None => match self.scheme_of(instance) {
                    Some(scheme) => self.call_scheme(&scheme, site, state, exits),
                    None => {
                        self.opaque_dependency("an object whose class was not read", site, state)
                    }
                },
            },
            Value::Class(module, class) => {
                let Some(found) = self.find(*module, *class, "__init__") else {
                    // A plain model as a group of query parameters.
                    return vec![(state, Value::tainted(Taint::CALLER))];
                };
                let super::class::Member::Function(node) = found.member else {
                    return vec![(state, Value::opaque())];
                };
                let closure = Closure {
                    class: Some((found.module, found.class)),
                    ..super::call::plain(found.module, node)
                };
                let mut values = Vec::new();
                for (mut state, locals) in self.parameters(&closure, 1, state, exits) {
                    let arguments = Arguments {
                        keywords: locals.into_iter().collect(),
                        ..Arguments::default()
                    };
                    let outer = Rc::clone(&state.locals);
                    for (inner, value) in
                        self.construct(*module, *class, &arguments, site, state.clone(), exits)
                    {
                        state = inner;
                        state.locals = Rc::clone(&outer);
                        values.push((state.clone(), value));
                    }
                }
                values
            }
            Value::Scheme(scheme) => self.call_scheme(&Rc::clone(scheme), site, state, exits),
            Value::Partial(partial) => match &partial.0 {
                Value::Function(closure) => {
                    let closure = Rc::clone(closure);
                    let bound: Vec<_> = partial
                        .1
                        .iter()
                        .filter_map(|(name, value)| Some((name.clone()?, value.clone())))
                        .collect();
                    self.injected_with(&closure, None, &bound, site, state, exits)
                }
                _ => self.opaque_dependency("a partial call", site, state),
            },
            Value::Lambda(..) => {
                let frame = self.top(site.module, None);
                self.call(
                    &frame,
                    dependency,
                    None,
                    Arguments::of(vec![Value::Request(RequestPart::Whole)]),
                    site,
                    state,
                    exits,
                )
            }
            Value::External(name) if name.starts_with("fastapi_users.") => {
                let frame = self.top(site.module, None);
                let name = Rc::clone(name);
                self.call_external(&frame, &name, &Arguments::default(), site, state, exits)
            }
            // The form of a login: what the caller writes in the body.
            Value::External(name) if name.contains("OAuth2PasswordRequestForm") => {
                vec![(state, Value::present(Taint::CALLER.with(Taint::BODY)))]
            }
            Value::External(name) if super::betroth::is_guard(name) => {
                let name = Rc::clone(name);
                self.betroth_guard(&name, site, state, exits)
            }
            Value::External(name) | Value::Made(name) => {
                let what = format!("`{name}`");
                self.opaque_dependency(&what, site, state)
            }
            Value::Member(member) => {
                let what = format!("`{}`", member.1);
                self.opaque_dependency(&what, site, state)
            }
            _ => self.opaque_dependency("a dependency that could not be told", site, state),
        }
    }

    fn opaque_dependency(&mut self, what: &str, site: Site, mut state: State<'a>) -> Values<'a> {
        state.facts.unread.get_or_insert_with(|| {
            (
                format!("{what} is of another package and was not read").into(),
                site,
            )
        });
        vec![(state, Value::tainted(Taint::UNREAD))]
    }

    fn injected(
        &mut self,
        closure: &Closure<'a>,
        receiver: Option<Value<'a>>,
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        self.injected_with(closure, receiver, &[], site, state, exits)
    }

    fn injected_with(
        &mut self,
        closure: &Closure<'a>,
        receiver: Option<Value<'a>>,
        bound: &[(Rc<str>, Value<'a>)],
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let node = closure.node.0;
        if self.calls.len() > super::DEPTH * 2 {
            return self.opaque_dependency("a dependency nested too deep", site, state);
        }
        let mut given = Locals::default();
        for (name, value) in bound {
            given.bind(name, value.clone());
        }
        let first = receiver
            .is_some()
            .then(|| first_parameter(&node.parameters))
            .flatten();
        if let (Some(first), Some(receiver)) = (first, receiver) {
            given.bind(first, receiver);
        }
        let method = first.is_some();
        let outcomes = self.once(closure, given, true, &state, |engine, key| {
            let mut exits = Exits::default();
            let start = State {
                request: Rc::clone(&key.request),
                ..State::default()
            };
            let skip = usize::from(method);
            for (state, parameters) in engine.parameters(closure, skip, start, &mut exits) {
                let mut locals = Locals::default();
                for (name, value) in parameters {
                    locals.bind(&name, value);
                }
                locals.overlay(&key.locals);
                let outcomes = engine.run(closure, locals, method, &state);
                let values = engine.resume(&outcomes, state, &mut exits);
                exits.returns.extend(values);
            }
            exits
        });
        let mut values = Vec::new();
        for (state, value) in self.resume(&outcomes, state, exits) {
            match value.check() {
                // A row handed on untested: there, or not.
                Some(Proof::WhenTrue(check)) if !state.facts.verified.contains(&check) => {
                    let mut there = state.clone();
                    there.facts.verify(check);
                    values.push((there, Value::present(Taint::VERIFIED)));
                    values.push((state, Value::None));
                }
                _ => values.push((state, value)),
            }
        }
        values
    }

    /// Every way in which a dependency can end, by itself, given what stands in `request.state`.
    pub(crate) fn dependency_outcomes(
        &mut self,
        dependency: &Value<'a>,
        site: Site,
        state: &State<'a>,
    ) -> Vec<Outcome<'a>> {
        let mut exits = Exits::default();
        let start = State {
            request: Rc::clone(&state.request),
            ..State::default()
        };
        let values = self.depend(dependency, site, start, &mut exits);
        exits.returns.extend(values);
        Outcome::collect(exits)
    }
}
