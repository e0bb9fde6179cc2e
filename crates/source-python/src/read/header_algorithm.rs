//! Whether a token says by which algorithm it is to be verified.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{CmpOp, Expr, ExprCall, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged as _, TextSize};

use super::verification::enclosing;
use crate::facts::TokenChooses;
use crate::tree::{Site, Tree};

/// Where the algorithms of the verification at `site` come from the header of the token, if they do.
pub(super) fn chosen(tree: &Tree<'_>, site: Site) -> Option<TokenChooses> {
    let function = enclosing(tree, site)?;
    let mut search = Calls {
        at: TextSize::new(site.start),
        found: None,
    };
    search.visit_body(&function.body);
    let algorithms = search.found.and_then(|call| {
        call.arguments
            .find_keyword("algorithms")
            .map(|keyword| &keyword.value)
            .or_else(|| call.arguments.find_positional(2))
    })?;
    let items: &[Expr] = match algorithms {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        other => std::slice::from_ref(other),
    };
    items.iter().find_map(|item| {
        let (source, name) = match item {
            Expr::Name(name) => (assigned(function, name.id.as_str())?, name.id.as_str()),
            other => (other, ""),
        };
        reads_algorithm(source).then(|| TokenChooses {
            place: tree.place(site.module, source),
            listed: is_listed(function, name),
        })
    })
}

struct Calls<'a> {
    at: TextSize,
    found: Option<&'a ExprCall>,
}

impl<'a> Visitor<'a> for Calls<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && call.range().start() == self.at
        {
            self.found.get_or_insert(call);
        }
        visitor::walk_expr(self, expr);
    }
}

/// The value that a function last assigns to a name.
pub(super) fn assigned<'a>(function: &'a StmtFunctionDef, name: &str) -> Option<&'a Expr> {
    struct Assignments<'a, 'n> {
        name: &'n str,
        found: Option<&'a Expr>,
    }
    impl<'a> Visitor<'a> for Assignments<'a, '_> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            let target =
                |target: &Expr| matches!(target, Expr::Name(name) if name.id.as_str() == self.name);
            match statement {
                Stmt::Assign(node) if node.targets.iter().any(target) => {
                    self.found = Some(&node.value);
                }
                Stmt::AnnAssign(node) if target(&node.target) => {
                    self.found = node.value.as_deref().or(self.found);
                }
                _ => {}
            }
            visitor::walk_stmt(self, statement);
        }
    }
    let mut assignments = Assignments { name, found: None };
    assignments.visit_body(&function.body);
    assignments.found
}

/// `header["alg"]`, `jwt.get_unverified_header(token).get("alg", …)`.
fn reads_algorithm(expr: &Expr) -> bool {
    let is_alg =
        |expr: &Expr| matches!(expr, Expr::StringLiteral(text) if text.value.to_str() == "alg");
    match expr {
        Expr::Subscript(node) => is_alg(&node.slice),
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Attribute(attribute) if attribute.attr.as_str() == "get")
                && call.arguments.args.first().is_some_and(is_alg)
        }
        Expr::BoolOp(node) => node.values.iter().any(reads_algorithm),
        _ => false,
    }
}

/// Whether a function asks if the name is one of several, or is equal to one.
fn is_listed(function: &StmtFunctionDef, name: &str) -> bool {
    struct Comparisons<'n> {
        name: &'n str,
        found: bool,
    }
    impl<'a> Visitor<'a> for Comparisons<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Compare(node) = expr {
                let named =
                    matches!(&*node.left, Expr::Name(name) if name.id.as_str() == self.name);
                let membership = node
                    .ops
                    .iter()
                    .any(|op| matches!(op, CmpOp::In | CmpOp::NotIn | CmpOp::NotEq));
                self.found |= named && membership;
            }
            visitor::walk_expr(self, expr);
        }
    }
    let mut comparisons = Comparisons { name, found: false };
    comparisons.visit_body(&function.body);
    comparisons.found
}
