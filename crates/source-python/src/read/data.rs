//! Whether a handler works with data (a database, files, another service), or asks a language model.

use foldhash::HashSet;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};

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

/// Packages, by their import names, that ask a language model.
#[rustfmt::skip]
const MODELS: &[&str] = &[
    "openai", "agents", "anthropic", "cohere", "groq", "mistralai", "google.generativeai", "google.genai", "litellm", "langchain", "langgraph",
    "llama_index", "together", "replicate", "pydantic_ai",
];

/// How deep functions of the tree are looked into.
const DEPTH: usize = 2;

/// What the code of a handler works with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Touches {
    /// Data is read or changed.
    pub(super) data: bool,
    /// A language model is asked.
    pub(super) model: bool,
}

/// What the code of a handler, and of what it calls, works with.
pub(super) fn touches(tree: &Tree<'_>, module: ModuleId, node: &StmtFunctionDef) -> Touches {
    let mut seen = HashSet::default();
    let mut found = Touches::default();
    look(tree, module, node, DEPTH, &mut seen, &mut found);
    found
}

fn look(
    tree: &Tree<'_>,
    module: ModuleId,
    node: &StmtFunctionDef,
    depth: usize,
    seen: &mut HashSet<(ModuleId, u32)>,
    found: &mut Touches,
) {
    if !seen.insert((module, node.range.start().into())) {
        return;
    }
    found.data |= node.parameters.iter_non_variadic_params().any(|parameter| {
        SESSIONS.contains(&parameter.parameter.name.as_str())
            || parameter
                .parameter
                .annotation
                .as_deref()
                .is_some_and(is_session)
    });
    let mut looking = Looking {
        found: false,
        called: Vec::new(),
        local: Vec::new(),
    };
    looking.visit_body(&node.body);
    found.data |= looking.found;
    found.model |= looking
        .called
        .iter()
        .any(|callee| asks_model(tree, module, callee, &looking.local));
    if depth == 0 || (found.data && found.model) {
        return;
    }
    for callee in looking.called {
        for definition in tree.named(module, callee) {
            if let Definition::Function(module, node) = definition {
                look(tree, module, node, depth - 1, seen, found);
            }
        }
    }
}

/// Whether a call is one of a package that asks a model, or of an object that such a package makes: `Runner.run`, `client.chat.create`.
fn asks_model(tree: &Tree<'_>, module: ModuleId, callee: &Expr, local: &[(&str, &Expr)]) -> bool {
    let of_package = |module: ModuleId, expr: &Expr| {
        tree.dotted(module, expr).is_some_and(|name| {
            MODELS.iter().any(|package| {
                name.strip_prefix(package)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '_']))
            })
        })
    };
    // Making a client or naming a model asks nothing yet.
    let method = match callee {
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    if method.starts_with(char::is_uppercase) || method == "configure" {
        return false;
    }
    let mut root = callee;
    while let Expr::Attribute(attribute) = root {
        root = &attribute.value;
    }
    if of_package(module, root) {
        return true;
    }
    let Expr::Name(name) = root else {
        return false;
    };
    let made = |module: ModuleId, value: &Expr| matches!(value, Expr::Call(call) if of_package(module, &call.func));
    local
        .iter()
        .any(|(known, value)| *known == name.id.as_str() && made(module, value))
        || tree.name(module, name.id.as_str()).iter().any(|definition| {
            matches!(definition, Definition::Variable(module, value) if made(*module, value))
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
    /// Names of the function, each with what is bound to it.
    local: Vec<(&'a str, &'a Expr)>,
}

impl<'a> Visitor<'a> for Looking<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Assign(node) = statement
            && let [Expr::Name(name)] = node.targets.as_slice()
        {
            self.local.push((name.id.as_str(), &node.value));
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            match &*call.func {
                Expr::Attribute(attribute) => {
                    let on_session = matches!(&*attribute.value, Expr::Name(name) if SESSIONS.contains(&name.id.as_str()));
                    if on_session || METHODS.contains(&attribute.attr.as_str()) {
                        self.found = true;
                    }
                }
                Expr::Name(name) if name.id == "open" => self.found = true,
                _ => {}
            }
            self.called.push(&call.func);
        }
        visitor::walk_expr(self, expr);
    }
}
