//! Failures of another service that are answered like a bad credential.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{ExceptHandler, ExceptHandlerExceptHandler, Expr, ExprCall, Stmt, StmtTry};

use super::Reached;
use super::calls::calls_in;
use crate::facts::{Outage, WaitsFor};
use crate::flow::Engine;
use crate::tree::{Definition, ModuleId, Tree};
use crate::wiring::is_test;

/// Methods of a client of a key set that fetch it.
const KEYS: &[&str] = &[
    "get_signing_key_from_jwt",
    "get_signing_key",
    "get_jwk_set",
    "fetch_data",
];

/// Methods that ask another service, of whatever client.
const VERBS: &[&str] = &["get", "post", "request", "send"];

/// Packages that ask other services.
const HTTP: &[&str] = &["httpx", "requests", "aiohttp", "urllib"];

/// Words in the name of an exception that an outage raises.
const OUTAGES: &[&str] = &[
    "Connect",
    "Timeout",
    "Transport",
    "Request",
    "Network",
    "URLError",
    "HTTPStatus",
    "OSError",
];

/// Calls into the tree that are looked into.
const DEPTH: usize = 2;

/// `try` statements on the way of a caller that ask another service and answer every failure with 401, in the order of their places.
pub(super) fn outages(engine: &Engine<'_, '_>, reached: &Reached) -> Vec<Outage> {
    let tree = engine.tree;
    let mut found: Vec<Outage> = Vec::new();
    for (number, entered) in engine.trail.entered().iter().enumerate() {
        if is_test(tree.module(entered.module).path()) {
            continue;
        }
        let mut tries = Tries(Vec::new());
        tries.visit_body(&entered.node.body);
        for node in tries.0 {
            let Some(handler) = refusing(node) else {
                continue;
            };
            let Some(waits_for) = asks(tree, entered.module, &node.body, DEPTH) else {
                continue;
            };
            let place = tree.place(entered.module, handler);
            if !found.iter().any(|known| known.place == place) {
                found.push(Outage {
                    waits_for,
                    place,
                    callable: entered.node.name.to_string(),
                    reached: number < reached.entered,
                });
            }
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup_by(|a, b| a.place == b.place);
    found
}

/// The `try` statements of a function, nested functions left out.
struct Tries<'a>(Vec<&'a StmtTry>);

impl<'a> Visitor<'a> for Tries<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Try(node) => self.0.push(node),
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }
}

/// The handler of every failure, if it answers 401 and none before it looks for an outage.
fn refusing(node: &StmtTry) -> Option<&ExceptHandlerExceptHandler> {
    for handler in &node.handlers {
        let ExceptHandler::ExceptHandler(handler) = handler;
        let names = handler.type_.as_deref().map(names).unwrap_or_default();
        let all = handler.type_.is_none()
            || names
                .iter()
                .any(|name| matches!(*name, "Exception" | "BaseException"));
        if all {
            return raises_401(&handler.body).then_some(handler);
        }
        let outage = |name: &&str| OUTAGES.iter().any(|word| name.contains(word));
        if names.iter().any(outage) {
            return None;
        }
    }
    None
}

/// The last names of the exceptions that a handler takes.
fn names(expr: &Expr) -> Vec<&str> {
    match expr {
        Expr::Name(name) => vec![name.id.as_str()],
        Expr::Attribute(attribute) => vec![attribute.attr.as_str()],
        Expr::Tuple(tuple) => tuple.elts.iter().flat_map(names).collect(),
        _ => Vec::new(),
    }
}

/// Whether the last statement raises an exception that is made with 401.
fn raises_401(body: &[Stmt]) -> bool {
    let Some(Stmt::Raise(raise)) = body.last() else {
        return false;
    };
    let Some(Expr::Call(call)) = raise.exc.as_deref() else {
        return false;
    };
    let keywords = call.arguments.keywords.iter().map(|keyword| &keyword.value);
    call.arguments.args.iter().chain(keywords).any(|value| match value {
        Expr::NumberLiteral(number) => {
            matches!(&number.value, ruff_python_ast::Number::Int(int) if int.as_u16() == Some(401))
        }
        Expr::Attribute(attribute) => attribute.attr.as_str() == "HTTP_401_UNAUTHORIZED",
        Expr::Name(name) => name.id.as_str() == "HTTP_401_UNAUTHORIZED",
        _ => false,
    })
}

/// For what statements wait, if that is another service.
fn asks(tree: &Tree<'_>, module: ModuleId, body: &[Stmt], depth: usize) -> Option<WaitsFor> {
    calls_in(body).into_iter().find_map(|call| {
        waits_for(tree, module, call).or_else(|| {
            let depth = depth.checked_sub(1)?;
            tree.named(module, &call.func)
                .iter()
                .find_map(|definition| match definition {
                    Definition::Function(module, node) => asks(tree, *module, &node.body, depth),
                    _ => None,
                })
        })
    })
}

fn waits_for(tree: &Tree<'_>, module: ModuleId, call: &ExprCall) -> Option<WaitsFor> {
    let Expr::Attribute(attribute) = &*call.func else {
        return None;
    };
    let method = attribute.attr.as_str();
    if KEYS.contains(&method) {
        return Some(WaitsFor::KeySet);
    }
    let asks = VERBS.contains(&method) || method == "urlopen";
    let package = |expr: &Expr| {
        tree.dotted(module, expr)
            .is_some_and(|name| HTTP.contains(&name.split('.').next().unwrap_or_default()))
    };
    let client = |name: &str| {
        tree.name(module, name).iter().any(|definition| {
            matches!(definition, Definition::Variable(module, Expr::Call(made))
                if tree.dotted(*module, &made.func).is_some_and(|name| name.starts_with("httpx.")))
        })
    };
    let of_client = match &*attribute.value {
        Expr::Name(name) => client(name.id.as_str()),
        _ => false,
    };
    (asks && (package(&call.func) || of_client)).then_some(WaitsFor::Service)
}
