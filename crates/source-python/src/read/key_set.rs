//! Key sets of an issuer that are fetched anew for every caller.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};

use super::Reached;
use crate::facts::UncachedKeySet;
use crate::flow::Engine;
use crate::tree::{ModuleId, Tree};
use crate::wiring::is_test;

/// Classes whose objects keep the keys that they fetched.
const CLIENTS: &[&str] = &["jwt.PyJWKClient", "jwt.jwks_client.PyJWKClient"];

/// Calls that fetch.
const FETCHES: &[&str] = &["requests.get", "httpx.get", "urllib.request.urlopen"];

/// Words by which a module says that it keeps something.
const KEEPS: &[&str] = &["cache", "global ", "ttl", "_loaded", "last_fetch"];

/// Functions on the way of a caller that make a client of their own, or fetch the set and keep it nowhere.
pub(super) fn uncached(engine: &Engine<'_, '_>, reached: &Reached) -> Vec<UncachedKeySet> {
    let tree = engine.tree;
    let mut found: Vec<UncachedKeySet> = Vec::new();
    for (number, entered) in engine.trail.entered().iter().enumerate() {
        if is_test(tree.module(entered.module).path()) || keeps(entered.node) {
            continue;
        }
        let mut search = Search {
            tree,
            module: entered.module,
            found: Vec::new(),
        };
        search.visit_body(&entered.node.body);
        for call in search.found {
            let place = tree.place(entered.module, call);
            if !found.iter().any(|known| known.place == place) {
                found.push(UncachedKeySet {
                    place,
                    callable: entered.node.name.to_string(),
                    reached: number < reached.entered,
                });
            }
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// Whether a function's answer is kept, or the function keeps something beyond its own end.
fn keeps(node: &StmtFunctionDef) -> bool {
    let decorated = node.decorator_list.iter().any(|decorator| {
        let name = match &decorator.expression {
            Expr::Call(call) => &call.func,
            other => other,
        };
        match name {
            Expr::Name(name) => name.id.contains("cache"),
            Expr::Attribute(attribute) => attribute.attr.contains("cache"),
            _ => false,
        }
    });
    decorated
        || node
            .body
            .iter()
            .any(|statement| matches!(statement, Stmt::Global(_) | Stmt::Nonlocal(_)))
}

struct Search<'t, 'a> {
    tree: &'t Tree<'a>,
    module: ModuleId,
    found: Vec<&'a ExprCall>,
}

impl Search<'_, '_> {
    fn is_client(&self, call: &ExprCall) -> bool {
        self.tree
            .dotted(self.module, &call.func)
            .is_some_and(|name| CLIENTS.contains(&name.as_str()))
    }

    /// `requests.get(JWKS_URL)` in a module that keeps nothing.
    fn is_fetch(&self, call: &ExprCall) -> bool {
        let text = self.tree.module(self.module).text();
        let named = call.arguments.args.first().is_some_and(|address| {
            let range = ruff_text_size::Ranged::range(address);
            text.get(range.start().into()..range.end().into())
                .is_some_and(|address| address.to_ascii_lowercase().contains("jwks"))
        });
        named
            && self
                .tree
                .dotted(self.module, &call.func)
                .is_some_and(|name| FETCHES.contains(&name.as_str()))
            && !KEEPS
                .iter()
                .any(|word| text.to_ascii_lowercase().contains(word))
    }
}

impl<'a> Visitor<'a> for Search<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            // Whoever is handed the client may keep it.
            Stmt::Return(_) => {}
            // Kept in an object or a collection.
            Stmt::Assign(node)
                if node
                    .targets
                    .iter()
                    .any(|target| !matches!(target, Expr::Name(_))) => {}
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && (self.is_client(call) || self.is_fetch(call))
        {
            self.found.push(call);
        }
        visitor::walk_expr(self, expr);
    }
}
