//! A callable by itself, outside any route.

use ruff_python_ast::{Stmt, StmtClassDef, StmtFunctionDef};

use crate::flow::{
    Answer, Closure, Engine, Exit, Facts, Node, Outcome, RouteContext, Site, State, Value, judge,
};
use crate::tree::ModuleId;

/// What a callable answers on its own, and the facts of each path that lets pass.
pub(crate) struct Alone<'a> {
    pub(crate) answer: Answer,
    pub(crate) outcomes: Vec<Outcome<'a>>,
}

/// Judges a dependency, a middleware, or a handler by itself.
pub(crate) fn judge_callable<'a>(
    engine: &mut Engine<'a, '_>,
    value: &Value<'a>,
    site: Site,
) -> Alone<'a> {
    engine.begin();
    let route = engine.route.replace(RouteContext {
        method: "GET".into(),
        path: ANY_PATH.into(),
    });
    let outcomes = match value {
        Value::Class(module, class) if engine.is_middleware(*module, *class) => {
            engine.middleware_class(*module, *class, Vec::new(), site, &State::default())
        }
        Value::Function(closure) if takes_call_next(closure.node.0) => {
            engine.middleware_function(closure, site, &State::default())
        }
        // A factory: what it makes is the dependency.
        Value::Function(closure) if returns_function(closure.node.0) => {
            let frame = engine.top(closure.module, None);
            let mut exits = crate::flow::Exits::default();
            let made = crate::flow::one(engine.call(
                &frame,
                value,
                None,
                crate::flow::Arguments::default(),
                site,
                State::default(),
                &mut exits,
            ));
            match &made {
                Value::Function(inner) if wraps_next(inner) => engine
                    .decorator(value, site, &State::default())
                    .unwrap_or_default(),
                _ => engine.dependency_outcomes(&made, site, &State::default()),
            }
        }
        // A class with `__call__` is used as an instance.
        Value::Class(module, class) if engine.find(*module, *class, "__call__").is_some() => {
            let arguments = crate::flow::Arguments::default();
            let made = crate::flow::one(engine.construct(
                *module,
                *class,
                &arguments,
                site,
                State::default(),
                &mut crate::flow::Exits::default(),
            ));
            engine.dependency_outcomes(&made, site, &State::default())
        }
        _ => engine.dependency_outcomes(value, site, &State::default()),
    };
    engine.route = route;
    let middleware = outcomes.iter().any(|outcome| outcome.facts.passed);
    let passes = passing(engine, &outcomes, middleware, site);
    Alone {
        answer: judge(passes.iter()),
        outcomes,
    }
}

/// The facts of the paths that let pass. In a middleware those that went on to the next, else those that returned.
pub(crate) fn passing<'a>(
    _: &Engine<'a, '_>,
    outcomes: &[Outcome<'a>],
    middleware: bool,
    site: Site,
) -> Vec<Facts> {
    outcomes
        .iter()
        .filter(|outcome| !middleware || outcome.facts.passed)
        .filter_map(|outcome| match &outcome.exit {
            Exit::Return(Value::Response(Some(401 | 403))) => None,
            Exit::Return(_) if outcome.facts.closed => None,
            Exit::Return(value) => {
                let mut state = State {
                    facts: outcome.facts.clone(),
                    ..State::default()
                };
                state.believe(value, site);
                for written in outcome.request.values() {
                    state.believe(written, site);
                }
                Some(state.facts)
            }
            Exit::Raise(_) => None,
        })
        .collect()
}

fn takes_call_next(node: &StmtFunctionDef) -> bool {
    node.parameters
        .args
        .get(1)
        .is_some_and(|parameter| parameter.parameter.name.as_str() == "call_next")
}

fn returns_function(node: &StmtFunctionDef) -> bool {
    let inner: Vec<&str> = node
        .body
        .iter()
        .filter_map(|statement| match statement {
            Stmt::FunctionDef(inner) => Some(inner.name.as_str()),
            _ => None,
        })
        .collect();
    node.body.iter().any(|statement| match statement {
        Stmt::Return(node) => matches!(node.value.as_deref(), Some(ruff_python_ast::Expr::Name(name)) if inner.contains(&name.id.as_str())),
        _ => false,
    })
}

fn wraps_next(inner: &Closure<'_>) -> bool {
    inner.node.0.parameters.kwarg.is_some()
}

impl<'a> Engine<'a, '_> {
    /// Whether a class is an ASGI or Starlette middleware.
    pub(crate) fn is_middleware(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
    ) -> bool {
        if self
            .external_bases(module, class)
            .iter()
            .any(|base| base.ends_with("BaseHTTPMiddleware"))
        {
            return true;
        }
        match self.find(module, class, "__call__") {
            Some(crate::flow::Found {
                member: crate::flow::Member::Function(node),
                ..
            }) => node
                .parameters
                .args
                .get(1)
                .is_some_and(|parameter| parameter.parameter.name.as_str() == "scope"),
            _ => false,
        }
    }
}

/// A path that no list of exempt paths names: a middleware by itself is asked about any route.
const ANY_PATH: &str = "/{any}/{route}";
