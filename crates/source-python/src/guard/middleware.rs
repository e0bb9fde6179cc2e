//! Middleware, judged for one request: what it lets go on to the next, and what it then stands for.

use std::rc::Rc;

use ruff_python_ast::StmtClassDef;

use crate::flow::{
    Arguments, Around, Closure, Engine, Exits, Facts, Node, Outcome, RequestPart, Site, State,
    Value,
};
use crate::tree::ModuleId;

impl<'a> Engine<'a, '_> {
    /// How it ends with this before it, worked out once for all routes on which that is the same.
    pub(crate) fn around(
        &mut self,
        around: &Around<'a>,
        state: &State<'a>,
        outcomes: &mut impl FnMut(&mut Self, &State<'a>) -> Vec<Outcome<'a>>,
    ) -> Rc<Vec<Outcome<'a>>> {
        let key = (around.clone(), Rc::clone(&state.request), self.state_known);
        let found = self.passed_through.get(key, self.route.as_ref());
        self.remembered(found, |engine, key| {
            let ended = engine
                .for_any_route(|engine| outcomes(engine, state))
                .unwrap_or_else(|| outcomes(engine, state));
            let ended = Rc::new(ended);
            if !engine.limited() {
                engine.passed_through.insert(
                    key,
                    &engine.asked,
                    engine.route.as_ref(),
                    (Rc::clone(&ended), engine.state_read),
                );
            }
            ended
        })
    }

    /// How something ends whatever the route, where that is the same on each path that goes on and shows nothing of the
    /// caller: what only times, logs or opens a session may read the path, and need not be followed for each.
    fn for_any_route(
        &mut self,
        outcomes: impl FnOnce(&mut Self) -> Vec<Outcome<'a>>,
    ) -> Option<Vec<Outcome<'a>>> {
        let route = self.route.take();
        let asked = std::mem::take(&mut self.asked);
        let ended = self.unmetered(outcomes);
        self.route = route;
        self.asked = asked;
        let mut passing = ended.iter().filter(|outcome| outcome.facts.passed);
        let first = passing.next()?;
        let shows_nothing = Facts {
            passed: true,
            swallowed: first.facts.swallowed,
            ..Facts::default()
        };
        let same = |outcome: &Outcome<'_>| {
            let mut facts = outcome.facts.clone();
            facts.swallowed = first.facts.swallowed;
            facts == shows_nothing && outcome.request == first.request
        };
        (same(first) && passing.all(same)).then_some(ended)
    }

    /// A middleware class of the tree: `dispatch(request, call_next)`, or ASGI's `(scope, receive, send)`.
    pub(crate) fn middleware_class(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
        keywords: Vec<(Rc<str>, Value<'a>)>,
        site: Site,
        state: &State<'a>,
    ) -> Vec<Outcome<'a>> {
        let arguments = Arguments {
            positional: vec![Value::Next],
            keywords,
            ..Arguments::default()
        };
        let mut exits = Exits::default();
        let made = crate::flow::one(self.construct(
            module,
            class,
            &arguments,
            site,
            State::default(),
            &mut exits,
        ));
        let made = match &made {
            // Without an `__init__` of its own the base keeps the application.
            Value::Instance(instance) => Value::with_field(instance, "app", Value::Next),
            other => other.clone(),
        };
        let (method, arguments) = match self.find(module, class, "dispatch") {
            Some(found) => (
                self.method_of(&made, &found),
                vec![Value::Request(RequestPart::Whole), Value::Next],
            ),
            None => match self.find(module, class, "__call__") {
                Some(found) => (
                    self.method_of(&made, &found),
                    vec![
                        Value::Request(RequestPart::Scope),
                        Value::opaque(),
                        Value::opaque(),
                    ],
                ),
                None => (None, Vec::new()),
            },
        };
        let Some(Value::Method(method)) = method else {
            return Vec::new();
        };
        let (receiver, closure) = (method.0.clone(), method.1.clone());
        self.outcomes(
            &closure,
            Some(receiver),
            &Arguments::of(arguments),
            site,
            state,
        )
    }

    /// A middleware function `(request, call_next)`.
    pub(crate) fn middleware_function(
        &mut self,
        closure: &Closure<'a>,
        site: Site,
        state: &State<'a>,
    ) -> Vec<Outcome<'a>> {
        let arguments = Arguments::of(vec![Value::Request(RequestPart::Whole), Value::Next]);
        self.outcomes(closure, None, &arguments, site, state)
    }

    /// A decorator around a handler: what its wrapper lets through to the handler; `None` where it hands the handler
    /// back as it is.
    pub(crate) fn decorator(
        &mut self,
        decorator: &Value<'a>,
        site: Site,
        state: &State<'a>,
    ) -> Option<Vec<Outcome<'a>>> {
        let frame = self.top(site.module, None);
        let mut exits = Exits::default();
        let made = crate::flow::one(self.call(
            &frame,
            decorator,
            None,
            Arguments::of(vec![Value::Next]),
            site,
            State::default(),
            &mut exits,
        ));
        match made {
            Value::Next => None,
            Value::Function(wrapper) => Some(self.wrapper(&wrapper, site, state)),
            _ => Some(Vec::new()),
        }
    }

    /// The wrapper that a decorator made, called as FastAPI calls a handler: by keywords.
    pub(crate) fn wrapper(
        &mut self,
        wrapper: &Closure<'a>,
        site: Site,
        state: &State<'a>,
    ) -> Vec<Outcome<'a>> {
        let arguments = Arguments {
            keywords: vec![
                ("request".into(), Value::Request(RequestPart::Whole)),
                ("websocket".into(), Value::Request(RequestPart::Socket)),
            ],
            ..Arguments::default()
        };
        self.outcomes(wrapper, None, &arguments, site, state)
    }

    fn outcomes(
        &mut self,
        closure: &Closure<'a>,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
        site: Site,
        state: &State<'a>,
    ) -> Vec<Outcome<'a>> {
        let mut exits = Exits::default();
        let start = State {
            request: Rc::clone(&state.request),
            ..State::default()
        };
        let values = self.call_function(closure, receiver, arguments, site, start, &mut exits);
        exits.returns.extend(values);
        Outcome::collect(exits)
    }
}
