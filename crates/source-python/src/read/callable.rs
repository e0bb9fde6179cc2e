//! The callables that authenticate, or look as if they did: those that guard routes, and those that nothing uses.

use std::rc::Rc;

use foldhash::HashMap;
use ruff_python_ast::{Stmt, StmtFunctionDef};
use ruff_text_size::Ranged as _;

use super::Reached;
use crate::facts::{Authentication, Callable};
use crate::flow::{Engine, Exit, Node, Value, plain, site};
use crate::guard::judge_callable;
use crate::tree::ModuleId;
use crate::wiring::{Application, Handler, is_test};
use betroth_report::Place;

/// Words of code that reads a credential: a function without any of them is no verifier.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "decode(", "jwks", "get-session", "get_session(", "uthorization", "HTTPBearer", "signing_key", "verify_token", "verify_jwt",
    "session_token", "OAuth2PasswordBearer", "X-API-Key", "api_key", "claims",
];

pub(super) fn callables<'a>(
    engine: &mut Engine<'a, '_>,
    applications: &[Application<'a>],
    reached: &mut Reached,
) -> Vec<Callable> {
    let handlers: Vec<Place> = applications
        .iter()
        .flat_map(|application| &application.routes)
        .filter_map(|declared| match &declared.handler {
            Handler::Function(callee, _) => {
                Some(engine.tree.place(callee.module, &callee.node.name))
            }
            Handler::Opaque(..) => None,
        })
        .collect();
    let handlers: foldhash::HashSet<Place> = handlers.into_iter().collect();
    let mut found: HashMap<Place, Callable> = HashMap::default();
    for id in engine.tree.ids().collect::<Vec<_>>() {
        let module = engine.tree.module(id);
        if is_test(module.path()) {
            continue;
        }
        let text = module.text();
        let guards_here = reached
            .guards
            .keys()
            .any(|place| place.file == module.path());
        if !guards_here && !WORDS.iter().any(|word| text.contains(word)) {
            continue;
        }
        for statement in module.body() {
            let candidates: Vec<(&'a StmtFunctionDef, Value<'a>)> = match statement {
                Stmt::FunctionDef(node) => vec![(node, Value::Function(Rc::new(plain(id, node))))],
                Stmt::ClassDef(class) => class
                    .body
                    .iter()
                    .filter_map(|member| match member {
                        Stmt::FunctionDef(node)
                            if matches!(node.name.as_str(), "__call__" | "dispatch") =>
                        {
                            Some((node, Value::Class(id, Node(class))))
                        }
                        _ => None,
                    })
                    .collect(),
                _ => continue,
            };
            for (node, value) in candidates {
                let name = match statement {
                    Stmt::ClassDef(class) => &class.name,
                    _ => &node.name,
                };
                let place = engine.tree.place(id, name);
                let routes = reached.guards.get(&place).map_or(0, |(routes, _)| *routes);
                if handlers.contains(&place) {
                    continue;
                }
                let own = &text[node.range()];
                if routes == 0 && !WORDS.iter().any(|word| own.contains(word)) {
                    continue;
                }
                let before = engine.checks.len();
                let alone = judge_callable(engine, &value, site(id, statement.range()));
                let verifies = matches!(
                    alone.answer,
                    crate::flow::Answer::Required
                        | crate::flow::Answer::Optional
                        | crate::flow::Answer::Conditional(_)
                        | crate::flow::Answer::Forgeable(..)
                );
                if routes == 0 && !verifies && engine.checks.len() == before {
                    continue;
                }
                let authentication = engine.authentication(&alone.answer, &place);
                let swallowed = alone
                    .outcomes
                    .iter()
                    .find_map(|outcome| outcome.facts.swallowed)
                    .map(|site| engine.place(site));
                let constant_identity = constant_identity(engine, id, &alone.outcomes, node);
                let conditions = match &authentication {
                    Authentication::Conditional(condition) => vec![condition.clone()],
                    _ => Vec::new(),
                };
                found.insert(
                    place.clone(),
                    Callable {
                        name: name.to_string(),
                        place,
                        authentication,
                        routes,
                        constant_identity,
                        swallowed,
                        conditions,
                    },
                );
            }
        }
    }
    let mut callables: Vec<_> = found.into_values().collect();
    callables.sort_by(|a, b| a.place.cmp(&b.place));
    callables
}

/// Where a path that verified nothing returns a text, or an object of texts, that stands in the source.
fn constant_identity(
    engine: &Engine<'_, '_>,
    module: ModuleId,
    outcomes: &[crate::flow::Outcome<'_>],
    node: &StmtFunctionDef,
) -> Option<Place> {
    let constant = outcomes.iter().any(|outcome| {
        outcome.facts.verified.is_empty()
            && matches!(&outcome.exit, Exit::Return(value) if is_constant(value))
    });
    if !constant {
        return None;
    }
    let mut found = None;
    let mut open: Vec<&Stmt> = node.body.iter().collect();
    while let Some(statement) = open.pop() {
        if let Stmt::Return(returned) = statement
            && let Some(value) = &returned.value
            && holds_text(value)
        {
            found = Some(engine.tree.place(module, &**value));
        }
        open.extend(inner(statement));
    }
    found
}

fn is_constant(value: &Value<'_>) -> bool {
    match value {
        Value::Str(text) => !text.is_empty(),
        Value::Dict(items) => {
            !items.is_empty()
                && items.iter().any(|(key, value)| {
                    matches!(
                        key.text(),
                        Some("id" | "sub" | "user_id" | "email" | "username")
                    ) && matches!(value, Value::Str(_) | Value::Int(_))
                })
        }
        _ => false,
    }
}

fn holds_text(expr: &ruff_python_ast::Expr) -> bool {
    use ruff_python_ast::Expr;
    match expr {
        Expr::StringLiteral(_) => true,
        Expr::Dict(node) => node
            .items
            .iter()
            .any(|item| matches!(item.value, Expr::StringLiteral(_) | Expr::NumberLiteral(_))),
        _ => false,
    }
}

/// The statements directly inside a compound statement, but not those of nested functions.
fn inner(statement: &Stmt) -> Vec<&Stmt> {
    match statement {
        Stmt::If(node) => node
            .body
            .iter()
            .chain(
                node.elif_else_clauses
                    .iter()
                    .flat_map(|clause| &clause.body),
            )
            .collect(),
        Stmt::Try(node) => {
            let handlers = node.handlers.iter().flat_map(|handler| {
                let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                &handler.body
            });
            node.body
                .iter()
                .chain(&node.orelse)
                .chain(handlers)
                .chain(&node.finalbody)
                .collect()
        }
        Stmt::With(node) => node.body.iter().collect(),
        Stmt::For(node) => node.body.iter().chain(&node.orelse).collect(),
        Stmt::While(node) => node.body.iter().collect(),
        _ => Vec::new(),
    }
}
