//! Calls on the way of a caller that hold up the event loop.
//!
//! A coroutine that waits without `await` lets no other request of the process go on: neither this caller nor any other.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};

use super::Reached;
use crate::facts::{Blocking, WaitsFor};
use crate::flow::Engine;
use crate::tree::{Definition, ModuleId, Tree};
use crate::wiring::is_test;

/// Functions that wait, by their dotted names without the method: `requests.get`.
const HTTP: &[&str] = &["requests", "httpx"];

/// Their methods.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "request"];

/// Classes whose methods wait for the database.
#[rustfmt::skip]
const SESSIONS: &[&str] = &[
    "sqlmodel.Session", "sqlmodel.orm.session.Session", "sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session",
    "sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.scoped_session",
];

/// Those methods.
#[rustfmt::skip]
const QUERIES: &[&str] = &["exec", "execute", "scalar", "scalars", "query", "get", "commit", "refresh", "flush"];

/// Methods of a client of a key set.
const KEYS: &[&str] = &["get_signing_key_from_jwt", "get_signing_key", "get_jwk_set"];

/// The blocking calls in the functions that were read, in the order of their places.
pub(super) fn blocking(engine: &Engine<'_, '_>, reached: &Reached) -> Vec<Blocking> {
    let tree = engine.tree;
    let mut found: Vec<Blocking> = Vec::new();
    for (number, entered) in engine.trail.entered().iter().enumerate() {
        if !entered.on_loop || is_test(tree.module(entered.module).path()) {
            continue;
        }
        let mut search = Search {
            tree,
            module: entered.module,
            sessions: sessions(tree, entered.module, entered.node),
            found: Vec::new(),
        };
        search.visit_body(&entered.node.body);
        for (call, waits_for) in search.found {
            let place = tree.place(entered.module, &*call.func);
            if !found.iter().any(|known| known.place == place) {
                found.push(Blocking {
                    what: called(&call.func),
                    waits_for,
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

/// The last two names of what is called.
fn called(callee: &Expr) -> String {
    match callee {
        Expr::Name(name) => name.id.to_string(),
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(name) => format!("{}.{}", name.id, attribute.attr),
            Expr::Attribute(inner) => format!("{}.{}", inner.attr, attribute.attr),
            Expr::Call(call) => format!("{}().{}", called(&call.func), attribute.attr),
            _ => attribute.attr.to_string(),
        },
        _ => String::new(),
    }
}

/// The names under which a function holds a session that is no coroutine's.
fn sessions<'a>(tree: &Tree<'a>, module: ModuleId, node: &'a StmtFunctionDef) -> Vec<&'a str> {
    let parameters = node
        .parameters
        .iter_non_variadic_params()
        .filter(|parameter| {
            parameter
                .parameter
                .annotation
                .as_deref()
                .is_some_and(|annotation| is_session(tree, module, annotation, 3))
        })
        .map(|parameter| parameter.parameter.name.as_str());
    let mut names: Vec<&str> = parameters.collect();
    let mut made = Made {
        tree,
        module,
        names: &mut names,
    };
    made.visit_body(&node.body);
    names
}

/// Whether a type, an annotated type or a factory stands for such a session.
fn is_session(tree: &Tree<'_>, module: ModuleId, annotation: &Expr, depth: usize) -> bool {
    let within = |module, expr| depth > 0 && is_session(tree, module, expr, depth - 1);
    match annotation {
        Expr::Subscript(node) => match &*node.slice {
            Expr::Tuple(items) => items
                .elts
                .first()
                .is_some_and(|first| within(module, first)),
            only => within(module, only),
        },
        Expr::BinOp(node) => within(module, &node.left),
        Expr::Call(call) => within(module, &call.func),
        _ => tree
            .named(module, annotation)
            .iter()
            .any(|definition| match definition {
                Definition::External(name) => SESSIONS.contains(&name.as_str()),
                Definition::Variable(module, value) => within(*module, value),
                _ => false,
            }),
    }
}

/// Sessions that a function makes: `with Session(engine) as session`, `db = SessionLocal()`.
struct Made<'t, 'a, 'n> {
    tree: &'t Tree<'a>,
    module: ModuleId,
    names: &'n mut Vec<&'a str>,
}

impl<'a> Made<'_, 'a, '_> {
    fn bind(&mut self, value: &'a Expr, target: &'a Expr) {
        if let (Expr::Call(call), Expr::Name(name)) = (value, target)
            && is_session(self.tree, self.module, &call.func, 3)
        {
            self.names.push(name.id.as_str());
        }
    }
}

impl<'a> Visitor<'a> for Made<'_, 'a, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::With(node) if !node.is_async => {
                for item in &node.items {
                    if let Some(target) = &item.optional_vars {
                        self.bind(&item.context_expr, target);
                    }
                }
            }
            Stmt::Assign(node) => {
                for target in &node.targets {
                    self.bind(&node.value, target);
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }
}

struct Search<'t, 'a> {
    tree: &'t Tree<'a>,
    module: ModuleId,
    sessions: Vec<&'a str>,
    found: Vec<(&'a ExprCall, WaitsFor)>,
}

impl Search<'_, '_> {
    fn waits_for(&self, call: &ExprCall) -> Option<WaitsFor> {
        if let Expr::Attribute(attribute) = &*call.func {
            let method = attribute.attr.as_str();
            if KEYS.contains(&method) {
                return Some(WaitsFor::KeySet);
            }
            if let Expr::Name(name) = &*attribute.value
                && QUERIES.contains(&method)
                && self.sessions.contains(&name.id.as_str())
            {
                return Some(WaitsFor::Database);
            }
        }
        let dotted = self.tree.dotted(self.module, &call.func)?;
        match dotted.as_str() {
            "time.sleep" => Some(WaitsFor::Time),
            "urllib.request.urlopen" => Some(WaitsFor::Service),
            _ => {
                let (package, verb) = dotted.split_once('.')?;
                (HTTP.contains(&package) && VERBS.contains(&verb)).then_some(WaitsFor::Service)
            }
        }
    }
}

impl<'a> Visitor<'a> for Search<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => {}
            // What is awaited lets others go on; what it is given is worked out before.
            Expr::Await(node) => match &*node.value {
                Expr::Call(call) => {
                    visitor::walk_expr(self, &call.func);
                    visitor::walk_arguments(self, &call.arguments);
                }
                other => self.visit_expr(other),
            },
            Expr::Call(call) => {
                if let Some(waits_for) = self.waits_for(call) {
                    self.found.push((call, waits_for));
                }
                visitor::walk_expr(self, expr);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}
