//! Who calls, read from an entry of `request.state` that nothing writes: the middleware that would is missing.

use foldhash::HashSet;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt};

use super::verification::around;
use crate::facts::AbsentIdentity;
use crate::flow::Engine;
use crate::wiring::is_test;

/// Readings of entries that no module of the tree writes, in the order of their places.
pub(super) fn absent(engine: &Engine<'_, '_>) -> Vec<AbsentIdentity> {
    if engine.absent.is_empty() {
        return Vec::new();
    }
    let mut writes = Writes::default();
    for id in engine.tree.ids() {
        let module = engine.tree.module(id);
        if !is_test(module.path()) {
            writes.visit_body(module.body());
        }
    }
    let mut found: Vec<AbsentIdentity> = engine
        .absent
        .iter()
        .filter(|(_, name)| !writes.names.contains(&**name))
        .map(|(site, name)| AbsentIdentity {
            name: name.to_string(),
            place: engine.place(*site),
            callable: around(engine.tree, *site),
        })
        .filter(|absent| !is_test(&absent.place.file))
        .collect();
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// Every name under which something is put into an object: `x.name = …`, `x["name"] = …`, `setattr(x, "name", …)`.
#[derive(Default)]
struct Writes<'a> {
    names: HashSet<&'a str>,
}

impl<'a> Writes<'a> {
    fn target(&mut self, target: &'a Expr) {
        match target {
            Expr::Attribute(attribute) => {
                self.names.insert(attribute.attr.as_str());
            }
            Expr::Subscript(node) => self.literal(&node.slice),
            Expr::Tuple(tuple) => {
                for element in &tuple.elts {
                    self.target(element);
                }
            }
            _ => {}
        }
    }

    fn literal(&mut self, expr: &'a Expr) {
        if let Expr::StringLiteral(text) = expr {
            self.names.insert(text.value.to_str());
        }
    }
}

impl<'a> Visitor<'a> for Writes<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(node) => {
                for target in &node.targets {
                    self.target(target);
                }
            }
            Stmt::AnnAssign(node) => self.target(&node.target),
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && matches!(&*call.func, Expr::Name(name) if name.id == "setattr")
            && let Some(name) = call.arguments.args.get(1)
        {
            self.literal(name);
        }
        visitor::walk_expr(self, expr);
    }
}
