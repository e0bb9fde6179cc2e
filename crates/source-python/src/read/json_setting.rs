//! Settings that pydantic reads from the environment as JSON.

use ruff_python_ast::{Expr, Stmt, StmtClassDef};
use ruff_text_size::Ranged as _;

use crate::facts::JsonSetting;
use crate::tree::{Definition, ModuleId, Tree};
use crate::wiring::is_test;

/// Types that hold several values.
const LISTS: &[&str] = &[
    "list",
    "List",
    "set",
    "Set",
    "tuple",
    "Tuple",
    "frozenset",
    "FrozenSet",
    "Sequence",
];

/// Words by which a class gives its variables other names, or reads them in another way.
const OTHERWISE: &[&str] = &[
    "env_prefix",
    "alias",
    "enable_decoding",
    "NoDecode",
    "customise_sources",
    "parse_env_var",
];

/// Classes followed to the ones that they are made from.
const DEPTH: usize = 4;

/// Fields of `BaseSettings` that hold a list and nothing else, in the order of their places.
pub(super) fn json_settings(tree: &Tree<'_>) -> Vec<JsonSetting> {
    let mut found = Vec::new();
    for id in tree.ids() {
        let module = tree.module(id);
        if is_test(module.path()) {
            continue;
        }
        for statement in module.body() {
            let Stmt::ClassDef(class) = statement else {
                continue;
            };
            let text = &module.text()[class.range()];
            let otherwise = OTHERWISE.iter().any(|word| text.contains(word));
            if otherwise || !is_settings(tree, id, class, DEPTH) {
                continue;
            }
            let lists = class.body.iter().filter_map(|statement| match statement {
                Stmt::AnnAssign(field) if is_list(&field.annotation) => match &*field.target {
                    Expr::Name(name) => Some(name),
                    _ => None,
                },
                _ => None,
            });
            found.extend(lists.map(|name| JsonSetting {
                name: name.id.to_string(),
                dotenv: text.contains("env_file"),
                place: tree.place(id, name),
            }));
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

fn is_settings(tree: &Tree<'_>, id: ModuleId, class: &StmtClassDef, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    class.bases().iter().any(|base| {
        tree.named(id, base)
            .iter()
            .any(|definition| match definition {
                Definition::External(dotted) => dotted.ends_with(".BaseSettings"),
                Definition::Class(module, base) => is_settings(tree, *module, base, depth),
                _ => false,
            })
    })
}

/// Whether a type is a list; one that may be something else too is read as a text where it is no JSON.
fn is_list(annotation: &Expr) -> bool {
    let name = match annotation {
        Expr::Subscript(node) => &*node.value,
        other => other,
    };
    matches!(name, Expr::Name(name) if LISTS.contains(&name.id.as_str()))
}
