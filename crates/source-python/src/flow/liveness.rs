//! Up to where in a function each local name is read.

use foldhash::HashMap;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

/// For each name the offset after which no statement of the function reads it.
#[derive(Debug, Default)]
pub(crate) struct Liveness<'a>(HashMap<&'a str, u32>);

impl<'a> Liveness<'a> {
    pub(crate) fn of(function: &'a StmtFunctionDef) -> Self {
        let mut reader = Reader {
            names: HashMap::default(),
            until: None,
        };
        reader.visit_body(&function.body);
        Self(reader.names)
    }

    /// Whether `name` may still be read after `offset`.
    pub(crate) fn after(&self, name: &str, offset: u32) -> bool {
        self.0.get(name).is_some_and(|last| *last > offset)
    }
}

struct Reader<'a> {
    names: HashMap<&'a str, u32>,
    /// Inside a loop or a nested function: a read counts up to here.
    until: Option<u32>,
}

impl<'a> Visitor<'a> for Reader<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let until = match statement {
            Stmt::For(_) | Stmt::While(_) => Some(u32::from(statement.end()) + 1),
            // A nested function may be called at any later time; what a `finally` reads, on any way out.
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => Some(u32::MAX),
            Stmt::Try(node) if !node.finalbody.is_empty() => Some(u32::from(statement.end()) + 1),
            _ => None,
        };
        let before = self.until;
        self.until = before.max(until);
        visitor::walk_stmt(self, statement);
        self.until = before;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let before = self.until;
        if matches!(expr, Expr::Lambda(_)) {
            self.until = Some(u32::MAX);
        }
        if let Expr::Name(name) = expr {
            let last = self.until.unwrap_or_else(|| expr.end().into());
            let known = self.names.entry(name.id.as_str()).or_default();
            *known = (*known).max(last);
        }
        visitor::walk_expr(self, expr);
        self.until = before;
    }
}
