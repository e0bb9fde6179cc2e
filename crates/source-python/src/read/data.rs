//! Whether a handler works with data: a database, files, another service.

use foldhash::HashSet;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, StmtFunctionDef};

use crate::tree::{Definition, ModuleId, Tree};

/// Methods of database sessions, collections, stores and HTTP clients.
#[rustfmt::skip]
const METHODS: &[&str] = &[
    "execute", "scalars", "scalar", "exec", "query", "commit", "flush", "add_all", "bulk_save_objects", "merge", "refresh",
    "fetchone", "fetchall", "fetchrow", "fetchval", "fetch_all", "fetch_one", "insert_one", "insert_many", "find_one", "find_many",
    "update_one", "update_many", "delete_one", "delete_many", "aggregate", "upsert", "create_collection", "similarity_search",
    "write_text", "write_bytes", "read_text", "read_bytes", "unlink", "upload_file", "put_object", "get_object", "rpc", "table",
];

/// Names under which a session or a connection goes.
const SESSIONS: &[&str] = &[
    "db",
    "session",
    "conn",
    "connection",
    "database",
    "uow",
    "repo",
    "repository",
    "crud",
];

/// How deep functions of the tree are looked into.
const DEPTH: usize = 2;

/// Whether the code of a handler, or of what it calls, reads or changes data.
pub(super) fn touches_data(tree: &Tree<'_>, module: ModuleId, node: &StmtFunctionDef) -> bool {
    let mut seen = HashSet::default();
    touches(tree, module, node, DEPTH, &mut seen)
}

fn touches(
    tree: &Tree<'_>,
    module: ModuleId,
    node: &StmtFunctionDef,
    depth: usize,
    seen: &mut HashSet<(ModuleId, u32)>,
) -> bool {
    if !seen.insert((module, node.range.start().into())) {
        return false;
    }
    let parameter = node.parameters.iter_non_variadic_params().any(|parameter| {
        SESSIONS.contains(&parameter.parameter.name.as_str())
            || parameter
                .parameter
                .annotation
                .as_deref()
                .is_some_and(is_session)
    });
    if parameter {
        return true;
    }
    let mut looking = Looking {
        found: false,
        called: Vec::new(),
    };
    looking.visit_body(&node.body);
    if looking.found {
        return true;
    }
    depth > 0
        && looking.called.into_iter().any(|callee| {
            tree.named(module, callee)
                .iter()
                .any(|definition| match definition {
                    Definition::Function(module, node) => {
                        touches(tree, *module, node, depth - 1, seen)
                    }
                    _ => false,
                })
        })
}

fn is_session(annotation: &Expr) -> bool {
    match annotation {
        Expr::Name(name) => names_session(&name.id),
        Expr::Attribute(attribute) => names_session(&attribute.attr),
        Expr::Subscript(node) => match &*node.slice {
            Expr::Tuple(tuple) => tuple.elts.first().is_some_and(is_session),
            other => is_session(other),
        },
        _ => false,
    }
}

fn names_session(name: &str) -> bool {
    [
        "Session",
        "SessionDep",
        "DbSession",
        "AsyncSession",
        "Connection",
        "Database",
        "Repository",
    ]
    .iter()
    .any(|known| name.ends_with(known))
}

struct Looking<'a> {
    found: bool,
    called: Vec<&'a Expr>,
}

impl<'a> Visitor<'a> for Looking<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            match &*call.func {
                Expr::Attribute(attribute) => {
                    let on_session = matches!(&*attribute.value, Expr::Name(name) if SESSIONS.contains(&name.id.as_str()));
                    if on_session || METHODS.contains(&attribute.attr.as_str()) {
                        self.found = true;
                        return;
                    }
                }
                Expr::Name(name) if name.id == "open" => {
                    self.found = true;
                    return;
                }
                _ => {}
            }
            self.called.push(&call.func);
        }
        visitor::walk_expr(self, expr);
    }
}
