//! Addresses from which key sets are fetched.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Expr, ExprCall, FStringPart, InterpolatedStringElement, Operator, Stmt, StmtFunctionDef,
};
use ruff_text_size::Ranged as _;

use super::header_algorithm::assigned;
use crate::facts::KeySetAddress;
use crate::flow::{Engine, Value};
use crate::thunk::Thunk;
use crate::tree::{Definition, ModuleId};
use crate::wiring::is_test;

/// What is given the address of a key set, and nothing else.
const CLIENTS: &[&str] = &["jwt.PyJWKClient", "jwt.jwks_client.PyJWKClient"];

/// Calls that fetch anything.
const FETCHES: &[&str] = &["requests.get", "httpx.get", "urllib.request.urlopen"];

/// Names followed into one another.
const DEPTH: usize = 4;

/// Every such address of which the path is written out, in the order of the calls.
pub(super) fn addresses(engine: &mut Engine<'_, '_>) -> Vec<KeySetAddress> {
    let tree = engine.tree;
    let mut found = Vec::new();
    for id in tree.ids() {
        let module = tree.module(id);
        if is_test(module.path()) || !module.text().to_ascii_lowercase().contains("jwk") {
            continue;
        }
        let mut calls = Calls {
            around: Vec::new(),
            found: Vec::new(),
        };
        calls.visit_body(module.body());
        for (call, function) in calls.found {
            let dotted = tree.dotted(id, &call.func).unwrap_or_default();
            let client = CLIENTS.contains(&dotted.as_str());
            let fetch = FETCHES.contains(&dotted.as_str()) || awaited_get(call);
            let address = call
                .arguments
                .args
                .first()
                .or_else(|| call.arguments.find_keyword("uri").map(|it| &it.value));
            let (true, Some(address)) = (client || fetch, address) else {
                continue;
            };
            let Some((path, defaulted)) = path(engine, id, function, address, DEPTH) else {
                continue;
            };
            if client || path.contains("jwk") {
                found.push(KeySetAddress {
                    path,
                    defaulted,
                    place: tree.place(id, &call.range()),
                });
            }
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// `client.get(…)`.
fn awaited_get(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Attribute(node) if node.attr.as_str() == "get")
}

/// The path of an address, and whether a setting may change it.
fn path<'a>(
    engine: &mut Engine<'a, '_>,
    id: ModuleId,
    function: Option<&'a StmtFunctionDef>,
    expr: &'a Expr,
    depth: usize,
) -> Option<(String, bool)> {
    let depth = depth.checked_sub(1)?;
    match expr {
        Expr::StringLiteral(node) => behind_host(node.value.to_str()).map(|path| (path, false)),
        Expr::FString(node) => {
            let FStringPart::FString(last) = node.value.iter().last()? else {
                return None;
            };
            let elements: Vec<_> = last.elements.iter().collect();
            match elements.as_slice() {
                [
                    ..,
                    InterpolatedStringElement::Interpolation(_),
                    InterpolatedStringElement::Literal(literal),
                ] => told(&literal.value).map(|path| (path, false)),
                _ => None,
            }
        }
        Expr::BinOp(node) if node.op == Operator::Add => match &*node.right {
            Expr::StringLiteral(right) => told(right.value.to_str()).map(|path| (path, false)),
            _ => None,
        },
        Expr::Name(name) => {
            if let Some(value) = function.and_then(|it| assigned(it, name.id.as_str())) {
                return path(engine, id, function, value, depth);
            }
            let definitions = engine.tree.name(id, name.id.as_str());
            match definitions.as_slice() {
                [Definition::Variable(module, value)] => path(engine, *module, None, value, depth),
                _ => None,
            }
        }
        // A setting: what it is where nobody sets it.
        Expr::Attribute(_) | Expr::Call(_)
            if function.is_none() || matches!(expr, Expr::Attribute(_)) =>
        {
            let value = engine.value_of(&Thunk::at_top(id, expr));
            match &value {
                Value::Str(text) => behind_host(text).map(|path| (path, false)),
                value => {
                    let default = value.rests_on()?.default.as_ref()?;
                    behind_host(default).map(|path| (path, true))
                }
            }
        }
        _ => None,
    }
}

/// The path of an address that is written out whole.
fn behind_host(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("://")?;
    told(&rest[rest.find('/')?..])
}

fn told(text: &str) -> Option<String> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    (path.starts_with('/') && path.len() > 1).then(|| path.trim_end_matches('/').to_owned())
}

/// Every call, with the function in which it stands.
struct Calls<'a> {
    around: Vec<&'a StmtFunctionDef>,
    found: Vec<(&'a ExprCall, Option<&'a StmtFunctionDef>)>,
}

impl<'a> Visitor<'a> for Calls<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::FunctionDef(node) = statement {
            self.around.push(node);
            visitor::walk_stmt(self, statement);
            self.around.pop();
        } else {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.found.push((call, self.around.last().copied()));
        }
        visitor::walk_expr(self, expr);
    }
}
