//! Cursors of the database's driver in a program that keeps people's rows apart with `betroth.sqlalchemy`.
//!
//! Isolation stands at SQLAlchemy's sessions and engines. What a driver's own cursor sends is not seen there.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprAttribute, ExprCall, Parameters, Stmt, StmtWith};

use super::calls::calls_in;
use crate::facts::RawCursor;
use crate::tree::{Definition, ModuleId, Tree};
use crate::wiring::is_test;

/// What switches isolation on.
const SWITCHES: &[&str] = &[
    "betroth.sqlalchemy.isolate",
    "betroth.sqlalchemy.session.isolate",
];

/// What makes the database itself hold the rows apart, whoever sends the statement.
const HOLDS: &[&str] = &[
    "betroth.sqlalchemy.postgresql.confine",
    "betroth.sqlalchemy.postgresql.connection.confine",
];

/// Blocks in which the author has taken it on, with a reason.
const TAKEN_ON: &[&str] = &[
    "betroth.sqlalchemy.allow_raw",
    "betroth.sqlalchemy.as_system",
    "betroth.sqlalchemy.acting.allow_raw",
    "betroth.sqlalchemy.acting.as_system",
];

#[rustfmt::skip]
const ENGINES: &[&str] = &[
    "sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlmodel.create_engine", "sqlalchemy.engine_from_config",
    "sqlalchemy.ext.asyncio.create_async_engine",
    "sqlalchemy.Engine", "sqlalchemy.engine.Engine", "sqlalchemy.ext.asyncio.AsyncEngine",
];

#[rustfmt::skip]
const SESSIONS: &[&str] = &[
    "sqlmodel.Session", "sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session", "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlmodel.ext.asyncio.session.AsyncSession",
];

#[rustfmt::skip]
const FACTORIES: &[&str] = &[
    "sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.scoped_session", "sqlalchemy.ext.asyncio.async_sessionmaker",
    "sqlalchemy.ext.asyncio.async_scoped_session",
];

#[rustfmt::skip]
const CONNECTIONS: &[&str] = &[
    "sqlalchemy.Connection", "sqlalchemy.engine.Connection", "sqlalchemy.ext.asyncio.AsyncConnection",
];

/// How far names are followed to what they stand for.
const DEPTH: usize = 4;

/// What of SQLAlchemy's an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Engine,
    Factory,
    Session,
    Connection,
}

/// The ways to a driver's own cursor, in the order of their places. Empty where isolation is not used, or where the database holds it.
pub(super) fn raw_cursors(tree: &Tree<'_>) -> Vec<RawCursor> {
    let isolated = isolated(tree);
    if isolated.is_empty() {
        return Vec::new();
    }
    let held = roots(tree, HOLDS);
    let mut found = Vec::new();
    for id in tree.ids() {
        let root = tree.root(id);
        if is_test(tree.module(id).path()) || !isolated.contains(&root) || held.contains(&root) {
            continue;
        }
        let mut search = Search {
            tree,
            module: id,
            names: Vec::new(),
            found: Vec::new(),
        };
        search.visit_body(tree.module(id).body());
        found.extend(search.found);
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup_by(|a, b| a.place == b.place);
    found
}

/// The programs, by their folders, that keep people's rows apart in every statement.
pub(super) fn isolated(tree: &Tree<'_>) -> Vec<String> {
    roots(tree, SWITCHES)
}

/// The programs, by their folders, that call one of these functions.
fn roots(tree: &Tree<'_>, functions: &[&str]) -> Vec<String> {
    let calls = |id: &ModuleId| {
        !is_test(tree.module(*id).path())
            && calls_in(tree.module(*id).body())
                .iter()
                .any(|call| is_one_of(tree, *id, &call.func, functions))
    };
    tree.ids().filter(calls).map(|id| tree.root(id)).collect()
}

fn is_one_of(tree: &Tree<'_>, id: ModuleId, expr: &Expr, names: &[&str]) -> bool {
    tree.dotted(id, expr)
        .is_some_and(|name| names.contains(&name.as_str()))
}

struct Search<'t, 'a> {
    tree: &'t Tree<'a>,
    module: ModuleId,
    /// Names bound in the functions around, the innermost last.
    names: Vec<(&'a str, Option<Kind>)>,
    found: Vec<RawCursor>,
}

impl<'a> Search<'_, 'a> {
    fn kind(&self, expr: &Expr) -> Option<Kind> {
        if let Expr::Name(name) = expr
            && let Some((_, kind)) = self
                .names
                .iter()
                .rev()
                .find(|(known, _)| *known == name.id.as_str())
        {
            return *kind;
        }
        match expr {
            Expr::Await(node) => self.kind(&node.value),
            Expr::Call(call) => self.made(call),
            // `engine.sync_engine`, `session.bind`.
            Expr::Attribute(attribute) => {
                match (self.kind(&attribute.value), attribute.attr.as_str()) {
                    (Some(Kind::Engine), "sync_engine") | (Some(Kind::Session), "bind") => {
                        Some(Kind::Engine)
                    }
                    (Some(Kind::Session), "sync_session") => Some(Kind::Session),
                    (Some(Kind::Connection), "sync_connection") => Some(Kind::Connection),
                    _ => of_module(self.tree, self.module, expr, DEPTH),
                }
            }
            _ => of_module(self.tree, self.module, expr, DEPTH),
        }
    }

    /// What a call gives.
    fn made(&self, call: &ExprCall) -> Option<Kind> {
        if let Expr::Attribute(attribute) = &*call.func
            && let Some(kind) = self.kind(&attribute.value)
        {
            return match (kind, attribute.attr.as_str()) {
                (Kind::Engine, "connect" | "begin") | (Kind::Session, "connection") => {
                    Some(Kind::Connection)
                }
                (Kind::Session, "get_bind") => Some(Kind::Engine),
                (Kind::Factory, "begin") => Some(Kind::Session),
                (kind, "execution_options") => Some(kind),
                _ => None,
            };
        }
        match self.kind(&call.func) {
            Some(Kind::Factory) => Some(Kind::Session),
            Some(_) => None,
            None => of_call(self.tree, self.module, call),
        }
    }

    fn bind(&mut self, target: &'a Expr, kind: Option<Kind>) {
        if let Expr::Name(name) = target {
            self.names.push((name.id.as_str(), kind));
        }
    }

    fn parameters(&mut self, parameters: &'a Parameters) {
        for parameter in parameters {
            let parameter = parameter.as_parameter();
            let kind = parameter
                .annotation
                .as_deref()
                .and_then(|annotation| annotated(self.tree, self.module, annotation, DEPTH));
            self.names.push((parameter.name.as_str(), kind));
        }
    }

    fn takes_it_on(&self, with: &StmtWith) -> bool {
        with.items.iter().any(|item| match &item.context_expr {
            Expr::Call(call) => is_one_of(self.tree, self.module, &call.func, TAKEN_ON),
            _ => false,
        })
    }

    fn attribute(&mut self, attribute: &'a ExprAttribute) {
        let what = match (attribute.attr.as_str(), self.kind(&attribute.value)) {
            ("raw_connection", Some(Kind::Engine)) => "raw_connection()",
            ("get_raw_connection", Some(Kind::Connection)) => "get_raw_connection()",
            ("connection", Some(Kind::Connection)) => "connection",
            _ => return,
        };
        self.found.push(RawCursor {
            what: what.to_owned(),
            certain: true,
            place: self.tree.place(self.module, &attribute.attr),
        });
    }

    /// A connection of the driver, made beside SQLAlchemy; whether to the same database is not known.
    fn driver(&mut self, call: &'a ExprCall) {
        let dotted = self.tree.dotted(self.module, &call.func);
        let Some(name @ ("sqlite3.connect" | "aiosqlite.connect")) = dotted.as_deref() else {
            return;
        };
        let in_memory = matches!(
            call.arguments.find_argument_value("database", 0),
            Some(Expr::StringLiteral(text)) if text.value.to_str().contains(":memory:") || text.value.is_empty()
        );
        if !in_memory {
            self.found.push(RawCursor {
                what: format!("{name}()"),
                certain: false,
                place: self.tree.place(self.module, &*call.func),
            });
        }
    }
}

impl<'a> Visitor<'a> for Search<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(node) => {
                let around = self.names.len();
                self.parameters(&node.parameters);
                self.visit_body(&node.body);
                self.names.truncate(around);
            }
            Stmt::With(node) if self.takes_it_on(node) => {}
            Stmt::With(node) => {
                for item in &node.items {
                    self.visit_expr(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, self.kind(&item.context_expr));
                    }
                }
                self.visit_body(&node.body);
            }
            Stmt::Assign(node) => {
                visitor::walk_stmt(self, statement);
                for target in &node.targets {
                    self.bind(target, self.kind(&node.value));
                }
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(attribute) => self.attribute(attribute),
            Expr::Call(call) => self.driver(call),
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

/// What a name of a module stands for, after imports were followed.
fn of_module(tree: &Tree<'_>, module: ModuleId, expr: &Expr, depth: usize) -> Option<Kind> {
    let depth = depth.checked_sub(1)?;
    let definitions = tree.named(module, expr);
    let [definition] = definitions.as_slice() else {
        return None;
    };
    match definition {
        Definition::Variable(module, Expr::Call(call)) => of_call(tree, *module, call),
        Definition::Variable(module, value) => of_module(tree, *module, value, depth),
        _ => None,
    }
}

fn of_call(tree: &Tree<'_>, module: ModuleId, call: &ExprCall) -> Option<Kind> {
    of_name(&tree.dotted(module, &call.func)?)
}

/// What a parameter of this type is: `Session`, `AsyncSession | None`, `Annotated[Session, Depends(…)]`, or a name for one.
fn annotated(tree: &Tree<'_>, module: ModuleId, annotation: &Expr, depth: usize) -> Option<Kind> {
    let depth = depth.checked_sub(1)?;
    match annotation {
        Expr::BinOp(node) => annotated(tree, module, &node.left, depth),
        Expr::Subscript(node) => match &*node.slice {
            Expr::Tuple(items) => annotated(tree, module, items.elts.first()?, depth),
            only => annotated(tree, module, only, depth),
        },
        _ => match tree.named(module, annotation).as_slice() {
            [Definition::External(name)] => of_name(name).filter(|kind| *kind != Kind::Factory),
            [Definition::Variable(module, value)] => annotated(tree, *module, value, depth),
            _ => None,
        },
    }
}

fn of_name(name: &str) -> Option<Kind> {
    [
        (ENGINES, Kind::Engine),
        (FACTORIES, Kind::Factory),
        (SESSIONS, Kind::Session),
        (CONNECTIONS, Kind::Connection),
    ]
    .into_iter()
    .find(|(names, _)| names.contains(&name))
    .map(|(_, kind)| kind)
}
