//! Calls: arguments, functions of the tree, and what a call of anything else yields.

use std::collections::BTreeMap;
use std::rc::Rc;

use ruff_python_ast::{Expr, StmtFunctionDef};

use super::argument::{Arguments, first_parameter};
use super::liveness::Liveness;
use super::outcome::{Exit, Outcome};
use super::state::Locals;
use super::value::{Closure, Data, Node, Taint, Value};
use super::{DEPTH, Engine, Exits, Frame, Questions, Remembered, Site, State, Values};
use crate::tree::Definition;

/// What a call's outcome depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key<'a> {
    closure: Closure<'a>,
    pub(super) locals: Locals<'a>,
    injected: bool,
    on_loop: bool,
    pub(super) request: Rc<BTreeMap<Rc<str>, Value<'a>>>,
    state_known: super::Entries,
}

/// A function longer than this, in bytes of source, is followed only where it is handed something of the request.
const SMALL: u32 = 1_500;

impl<'a> Engine<'a, '_> {
    /// Calls a value.
    #[expect(
        clippy::too_many_arguments,
        reason = "a call is all of these: who, by which name, with what, where, on which path"
    )]
    pub(crate) fn call(
        &mut self,
        frame: &Frame<'a>,
        callee: &Value<'a>,
        named: Option<&'a Expr>,
        arguments: Arguments<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        match callee {
            Value::Function(closure) => {
                self.call_function(closure, None, &arguments, site, state, exits)
            }
            Value::Method(method) => self.call_function(
                &method.1,
                Some(method.0.clone()),
                &arguments,
                site,
                state,
                exits,
            ),
            Value::Lambda(module, node, captured) => {
                let mut locals = (**captured).clone();
                if let Some(parameters) = &node.0.parameters {
                    self.bind(&mut locals, *module, parameters, None, &arguments);
                }
                let inner = Frame {
                    captured: Some(Rc::new(locals)),
                    ..self.top(*module, None)
                };
                let outer = Rc::clone(&state.locals);
                state.locals = Rc::default();
                self.eval(&inner, &node.0.body, state, exits)
                    .into_iter()
                    .map(|(mut state, value)| {
                        state.locals = Rc::clone(&outer);
                        (state, value)
                    })
                    .collect()
            }
            Value::Class(module, class) => {
                self.construct(*module, *class, &arguments, site, state, exits)
            }
            Value::Instance(instance) => {
                match self.find(instance.module, instance.class, "__call__") {
                    Some(found) => match self.method_of(callee, &found) {
                        Some(method) => {
                            self.call(frame, &method, None, arguments, site, state, exits)
                        }
                        None => vec![(state, Value::opaque())],
                    },
                    None => match self.scheme_of(instance) {
                        Some(scheme) => self.call_scheme(&scheme, site, state, exits),
                        None => self.unread_call(
                            "an object whose class was not read",
                            &arguments,
                            site,
                            state,
                        ),
                    },
                }
            }
            Value::Scheme(scheme) => self.call_scheme(&Rc::clone(scheme), site, state, exits),
            Value::External(name) => {
                self.call_external(frame, &Rc::clone(name), &arguments, site, state, exits)
            }
            Value::Member(member) => {
                let (receiver, name) = (member.0.clone(), Rc::clone(&member.1));
                self.call_method(
                    frame, &receiver, named, &name, &arguments, site, state, exits,
                )
            }
            Value::Partial(partial) => {
                let mut all = Arguments::default();
                for (name, value) in &partial.1 {
                    match name {
                        Some(name) => all.keywords.push((Rc::clone(name), value.clone())),
                        None => all.positional.push(value.clone()),
                    }
                }
                all.positional.extend(arguments.positional);
                all.keywords.extend(arguments.keywords);
                all.rest.extend(arguments.rest);
                let callee = partial.0.clone();
                self.call(frame, &callee, None, all, site, state, exits)
            }
            Value::Next => {
                state.facts.passed = true;
                if exits.guarded {
                    exits.raises.push((state.clone(), super::Exception::Any));
                }
                vec![(state, Value::Response(None))]
            }
            Value::None => Vec::new(),
            _ => self.unread_call("a callable that could not be told", &arguments, site, state),
        }
    }

    /// A call that cannot be read: what it was handed decides what that means.
    pub(crate) fn unread_call(
        &mut self,
        what: &str,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
    ) -> Values<'a> {
        let taint = arguments.taint();
        let mut value = Value::computed(arguments.all());
        if taint.has(Taint::CREDENTIAL.with(Taint::REQUEST)) {
            state.facts.unread.get_or_insert_with(|| {
                (
                    format!("{what} is handed the credential and was not read").into(),
                    site,
                )
            });
            if let Value::Data(data) = &mut value {
                data.taint = data.taint.without(Taint::REQUEST).with(Taint::UNREAD);
            }
        }
        for argument in arguments.all() {
            state.believe(argument, site);
        }
        if let Value::Data(data) = &mut value {
            data.setting = None;
        }
        vec![(state, value)]
    }

    /// Calls a function of the tree with arguments.
    pub(crate) fn call_function(
        &mut self,
        closure: &Closure<'a>,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let node = closure.node.0;
        let interesting = Taint::CREDENTIAL
            .with(Taint::REQUEST)
            .with(Taint::IDENTITY)
            .with(Taint::UNVERIFIED)
            .with(Taint::UNREAD);
        let handed = arguments
            .all()
            .chain(&receiver)
            .any(|value| value.taint().has(interesting) || passes_on(value))
            || closure
                .captured
                .as_ref()
                .is_some_and(|captured| captured.values().any(passes_on));
        let length = u32::from(node.range.end()) - u32::from(node.range.start());
        if self.calls.len() >= DEPTH
            || self.calls.contains(&std::ptr::from_ref(node))
            // A factory of dependencies is followed whatever its length: it stands at the top of all.
            || (!handed && !self.calls.is_empty() && (length > SMALL || self.calls.len() > 4))
        {
            if handed {
                self.limited = true;
                return self.unread_call(&format!("`{}`", node.name), arguments, site, state);
            }
            let mut value = Value::computed(arguments.all());
            if let Value::Data(data) = &mut value {
                data.setting = None;
            }
            return vec![(state, value)];
        }
        let mut locals = Locals::default();
        self.bind(
            &mut locals,
            closure.module,
            &node.parameters,
            receiver.clone(),
            arguments,
        );
        let outcomes = self.run(closure, locals, receiver.is_some(), &state);
        self.resume(&outcomes, state, exits)
    }

    /// Goes on after a call, once for each way it can end.
    pub(crate) fn resume(
        &mut self,
        outcomes: &[Outcome<'a>],
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let mut values = Vec::new();
        for outcome in outcomes {
            let mut next = State {
                locals: Rc::clone(&state.locals),
                request: Rc::clone(&outcome.request),
                facts: state.facts.clone(),
            };
            if !next.facts.join(&outcome.facts) {
                continue;
            }
            match &outcome.exit {
                Exit::Return(value) => values.push((next, value.clone())),
                Exit::Raise(exception) => exits.raises.push((next, exception.clone())),
            }
        }
        values
    }

    /// Every way in which the body of a function can end, given its parameters.
    pub(crate) fn run(
        &mut self,
        closure: &Closure<'a>,
        locals: Locals<'a>,
        method: bool,
        state: &State<'a>,
    ) -> Rc<Vec<Outcome<'a>>> {
        self.once(closure, locals, false, state, |engine, key| {
            let node = closure.node.0;
            let frame = Frame {
                module: closure.module,
                captured: closure.captured.clone(),
                env: closure.env.clone(),
                class: closure.class,
                live: engine.liveness(node),
                receiver: method.then(|| first_parameter(&node.parameters)).flatten(),
            };
            engine.calls.push(std::ptr::from_ref(node));
            let mut exits = Exits::default();
            let start = State {
                locals: Rc::new(key.locals.clone()),
                request: Rc::clone(&key.request),
                facts: super::Facts::default(),
            };
            let ended = engine.body(&frame, &node.body, vec![start], &mut exits);
            engine.calls.pop();
            exits
                .returns
                .extend(ended.into_iter().map(|state| (state, Value::None)));
            exits
        })
    }

    /// The outcomes of a function, worked out once for all calls that depend on the same.
    ///
    /// `injected` tells a dependency, whose parameters FastAPI fills, from a call with all of them.
    pub(crate) fn once(
        &mut self,
        closure: &Closure<'a>,
        locals: Locals<'a>,
        injected: bool,
        state: &State<'a>,
        exits: impl FnOnce(&mut Self, &Key<'a>) -> Exits<'a>,
    ) -> Rc<Vec<Outcome<'a>>> {
        let on_loop = self.trail.would_run_on_loop(closure.node.0, injected);
        self.trail.enter(closure, on_loop);
        let key = Key {
            closure: closure.clone(),
            locals,
            injected,
            on_loop,
            request: Rc::clone(&state.request),
            state_known: self.state_known,
        };
        let found = self.memo.get(key, self.route.as_ref());
        self.remembered(found, |engine, key| {
            let limited = std::mem::take(&mut engine.limited);
            let exits = engine.running(on_loop, |engine| exits(engine, &key));
            let outcomes = Rc::new(Outcome::collect(exits));
            if !engine.limited {
                engine.memo.insert(
                    key,
                    &engine.asked,
                    engine.route.as_ref(),
                    (Rc::clone(&outcomes), engine.state_read),
                );
            }
            engine.limited |= limited;
            outcomes
        })
    }

    /// What was found, with what it asked for; else what is worked out now, which asks by itself and keeps the result.
    pub(crate) fn remembered<K>(
        &mut self,
        found: Result<(Remembered<'a>, Option<Rc<Questions>>), K>,
        work_out: impl FnOnce(&mut Self, K) -> Rc<Vec<Outcome<'a>>>,
    ) -> Rc<Vec<Outcome<'a>>> {
        let key = match found {
            Ok(((known, state_read), questions)) => {
                self.state_read |= state_read;
                self.asked
                    .extend(questions.iter().flat_map(|all| all.iter().cloned()));
                return known;
            }
            Err(key) => key,
        };
        let asked = std::mem::take(&mut self.asked);
        let state_read = std::mem::take(&mut self.state_read);
        let outcomes = work_out(self, key);
        self.asked.extend(asked);
        self.state_read |= state_read;
        outcomes
    }

    pub(crate) fn liveness(&mut self, node: &'a StmtFunctionDef) -> Rc<Liveness<'a>> {
        Rc::clone(
            self.live
                .entry(std::ptr::from_ref(node))
                .or_insert_with(|| Rc::new(Liveness::of(node))),
        )
    }

    /// A function of a module with those of its decorators applied that the tree defines.
    pub(crate) fn decorated_at_top(&mut self, closure: Closure<'a>) -> Value<'a> {
        let node = closure.node.0;
        let module = closure.module;
        let frame = self.top(module, None);
        let mut value = Value::Function(Rc::new(closure));
        // A function may be decorated with something that leads back to itself.
        if self.decorating.contains(&std::ptr::from_ref(node)) {
            return value;
        }
        self.decorating.push(std::ptr::from_ref(node));
        for decorator in node.decorator_list.iter().rev() {
            let name = match &decorator.expression {
                Expr::Call(call) => call.func.as_ref(),
                other => other,
            };
            // `@router.get(…)` and the like register; only a function of the tree can change what is called.
            let Expr::Name(name) = name else { continue };
            if self
                .tree
                .name(module, name.id.as_str())
                .iter()
                .any(|definition| matches!(definition, Definition::Function(..)))
            {
                value = self.decorated(
                    &frame,
                    &decorator.expression,
                    value,
                    &State::default(),
                    &mut Exits::default(),
                );
            }
        }
        self.decorating.pop();
        value
    }

    /// What a decorator makes of a function; one of another package is taken to leave it as it is.
    pub(crate) fn decorated(
        &mut self,
        frame: &Frame<'a>,
        decorator: &'a Expr,
        function: Value<'a>,
        state: &State<'a>,
        exits: &mut Exits<'a>,
    ) -> Value<'a> {
        let callee = super::one(self.eval(frame, decorator, state.clone(), exits));
        match callee {
            Value::Function(_) | Value::Method(_) | Value::Lambda(..) => {
                let site = self.site(frame, decorator);
                let values = self.call(
                    frame,
                    &callee,
                    None,
                    Arguments::of(vec![function.clone()]),
                    site,
                    state.clone(),
                    exits,
                );
                match super::one(values) {
                    made @ (Value::Function(_)
                    | Value::Instance(_)
                    | Value::Lambda(..)
                    | Value::Partial(_)) => made,
                    _ => function,
                }
            }
            _ => function,
        }
    }
}

/// Whether a callee can let the request pass on, or answers for it, with this in hand.
fn passes_on(value: &Value<'_>) -> bool {
    match value {
        Value::Next | Value::Request(_) | Value::Scheme(_) | Value::Depends(_) => true,
        Value::Instance(instance) => instance
            .fields
            .iter()
            .any(|(_, value)| matches!(value, Value::Next)),
        Value::Function(_) | Value::Method(_) | Value::Lambda(..) => true,
        Value::List(items) => items.iter().any(passes_on),
        Value::Data(Data { proof: Some(_), .. }) => true,
        _ => false,
    }
}

/// A function value outside any call.
pub(crate) fn plain(module: crate::tree::ModuleId, node: &StmtFunctionDef) -> Closure<'_> {
    Closure {
        module,
        node: Node(node),
        captured: None,
        env: None,
        class: None,
    }
}
