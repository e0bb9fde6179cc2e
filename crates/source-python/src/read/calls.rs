//! The calls and the functions in a piece of code.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};

/// Every call in `body`, in the order of their places; nested functions and classes included.
pub(super) fn calls_in(body: &[Stmt]) -> Vec<&ExprCall> {
    let mut calls = Calls(Vec::new());
    calls.visit_body(body);
    calls.0
}

/// Every function in `body`, in the order of their places; methods and nested ones included.
pub(super) fn functions(body: &[Stmt]) -> Vec<&StmtFunctionDef> {
    struct Functions<'a>(Vec<&'a StmtFunctionDef>);
    impl<'a> Visitor<'a> for Functions<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if let Stmt::FunctionDef(node) = statement {
                self.0.push(node);
            }
            visitor::walk_stmt(self, statement);
        }
    }
    let mut functions = Functions(Vec::new());
    functions.visit_body(body);
    functions.0
}

/// The last name of what is called: `get` of `client.get(…)`.
pub(super) fn called_name(call: &ExprCall) -> Option<&str> {
    match &*call.func {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

struct Calls<'a>(Vec<&'a ExprCall>);

impl<'a> Visitor<'a> for Calls<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.0.push(call);
        }
        visitor::walk_expr(self, expr);
    }
}
