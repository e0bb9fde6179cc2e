//! Middleware that would refuse callers, and lets every path pass.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Number, Stmt};

use crate::flow::{Engine, Site};
use crate::wiring::{Added, AddedKind};

/// Where a middleware that refuses nobody asks whether a path begins as every path does.
pub(super) fn passes_all(engine: &Engine<'_, '_>, added: &Added<'_>) -> Option<Site> {
    let (module, body) = match &added.kind {
        AddedKind::Class(module, node, _) => (*module, &node.body),
        AddedKind::Function(module, node) => (*module, &node.body),
        _ => return None,
    };
    if !would_refuse(body) {
        return None;
    }
    let mut sites = engine.empty_prefixes.iter();
    sites.find(|site| site.module == module).copied()
}

/// Whether a body names one of the answers by which a caller is refused.
fn would_refuse(body: &[Stmt]) -> bool {
    struct Answers(bool);
    impl<'a> Visitor<'a> for Answers {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 |= match expr {
                Expr::NumberLiteral(node) => {
                    matches!(&node.value, Number::Int(code) if matches!(code.as_u16(), Some(401 | 403)))
                }
                Expr::Attribute(node) => matches!(
                    node.attr.as_str(),
                    "HTTP_401_UNAUTHORIZED" | "HTTP_403_FORBIDDEN" | "UNAUTHORIZED" | "FORBIDDEN"
                ),
                _ => false,
            };
            visitor::walk_expr(self, expr);
        }
    }
    let mut answers = Answers(false);
    answers.visit_body(body);
    answers.0
}
