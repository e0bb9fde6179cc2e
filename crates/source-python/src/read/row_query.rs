//! Questions for the rows of a model: `select(Note)`, `session.get(Note, id)`, `session.query(Note)`.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, Keyword, StmtClassDef, StmtFunctionDef};

use super::calls::{called_name, calls_in, functions};
use super::raw_cursor::isolated;
use crate::facts::{RowQuery, RowQueryForm};
use crate::tree::{Definition, ModuleId, Tree};
use crate::wiring::is_test;

#[rustfmt::skip]
const SELECTS: &[&str] = &[
    "sqlalchemy.select", "sqlalchemy.future.select", "sqlalchemy.sql.select", "sqlalchemy.sql.expression.select", "sqlmodel.select",
    "sqlmodel.sql.expression.select",
];

/// Every such question in a function, in the order of their places. None where `betroth.sqlalchemy` asks for the owner by itself.
pub(super) fn row_queries(tree: &Tree<'_>) -> Vec<RowQuery> {
    let isolated = isolated(tree);
    let mut found = Vec::new();
    for id in tree.ids() {
        if is_test(tree.module(id).path()) || isolated.contains(&tree.root(id)) {
            continue;
        }
        for function in functions(tree.module(id).body()) {
            let calls = calls_in(&function.body);
            let queries = calls.into_iter().filter_map(|call| asked(tree, id, call));
            found.extend(queries.map(|(form, module, class, call)| RowQuery {
                form,
                model: class.name.to_string(),
                table: table(class),
                defined_in: tree.module(module).path().to_owned(),
                names: names(function),
                function: tree.place(id, &function.name),
                place: tree.place(id, &*call.func),
            }));
        }
    }
    // A nested function is part of the one around it, which comes first.
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup_by(|a, b| a.place == b.place);
    found
}

type Asked<'a> = (RowQueryForm, ModuleId, &'a StmtClassDef, &'a ExprCall);

fn asked<'a>(tree: &Tree<'a>, id: ModuleId, call: &'a ExprCall) -> Option<Asked<'a>> {
    let arguments = &call.arguments.args;
    let form = match (called_name(call)?, arguments.len()) {
        ("get", 2..) => RowQueryForm::Get,
        ("query", 1) => RowQueryForm::Query,
        // Of several, the first says little of the rest.
        (_, 1)
            if tree
                .dotted(id, &call.func)
                .is_some_and(|it| SELECTS.contains(&it.as_str())) =>
        {
            RowQueryForm::Select
        }
        _ => return None,
    };
    match tree.named(id, arguments.first()?).as_slice() {
        [Definition::Class(module, class)] => Some((form, *module, class, call)),
        _ => None,
    }
}

/// The value of `__tablename__`, where it is written out.
fn table(class: &StmtClassDef) -> Option<String> {
    class.body.iter().find_map(|statement| {
        let assignment = statement.as_assign_stmt()?;
        let [Expr::Name(name)] = assignment.targets.as_slice() else {
            return None;
        };
        let value = assignment.value.as_string_literal_expr()?;
        (name.id == "__tablename__").then(|| value.value.to_str().to_owned())
    })
}

/// The names of attributes and keyword arguments in a function.
fn names(function: &StmtFunctionDef) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'a> Visitor<'a> for Names {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Attribute(attribute) = expr {
                self.0.push(attribute.attr.to_string());
            }
            visitor::walk_expr(self, expr);
        }

        fn visit_keyword(&mut self, keyword: &'a Keyword) {
            self.0.extend(keyword.arg.as_ref().map(ToString::to_string));
            visitor::walk_keyword(self, keyword);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_body(&function.body);
    names.0.sort();
    names.0.dedup();
    names.0
}
