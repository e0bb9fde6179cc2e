//! How a lock is written.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use crate::api;
use crate::node::{Field, Node, Shape};

/// What an API needs as it is, in the order of the contract's description.
const WHOLE: &[&str] = &["issuer", "keys", "token", "claims", "session"];

/// The lock of the API of that name: its text.
pub(super) fn write(root: &Node, name: &str, contract: &str, sha256: &str) -> String {
    let mut lock = DocumentMut::new();
    lock["schema"] = value(1);
    for key in WHOLE {
        if let Some(field) = root.field(key) {
            lock[key] = Item::Table(table(fields(&field.node)));
        }
    }
    if let Some(web) = root.field("web") {
        // Where the front end's pages come from is all that an API asks of it.
        let origins = fields(&web.node).filter(|field| field.name == "origins");
        lock["web"] = Item::Table(table(origins));
    }
    if let Some(field) = root.field("api") {
        lock["api"] = Item::Table(api(&field.node, name));
    }
    let ours = |node: &&Node| {
        let api = node.field("api").map(|field| &field.node.shape);
        api.is_none_or(|shape| matches!(shape, Shape::Text(text) if text == name))
    };
    for (key, tables) in [
        ("route", tables(root, "route", ours)),
        ("owner", tables(root, "owner", |_| true)),
    ] {
        if !tables.is_empty() {
            lock[key] = Item::ArrayOfTables(tables);
        }
    }
    if let Some(field) = root.field("limits") {
        lock["limits"] = Item::Table(table(fields(&field.node)));
    }
    lock["lock"] = Item::Table(Table::new());
    lock["lock"]["contract"] = value(contract);
    lock["lock"]["sha256"] = value(sha256);
    format!("{}{lock}", header(contract))
}

fn header(contract: &str) -> String {
    format!(
        "\
# Written by `betroth lock`: what this API needs of `{contract}`, for where it is deployed without that file.
# Change that file instead of this one, and run `betroth lock` in its folder; `betroth check` says when this one is stale.

"
    )
}

/// The table of the API: its folder is the lock's own, and where the front end reaches it is not its matter.
fn api(apis: &Node, name: &str) -> Table {
    let named = match &apis.shape {
        Shape::Table(fields) => fields
            .iter()
            .find(|field| field.name == name && api::is_api(field)),
        _ => None,
    };
    let own = named.map_or(apis, |field| &field.node);
    let kept = fields(own).filter(|field| !matches!(field.name.as_str(), "root" | "url"));
    let mut table = table(kept);
    table["root"] = value(".");
    if named.is_none() {
        return table;
    }
    let mut apis = Table::new();
    apis.set_implicit(true);
    apis[name] = Item::Table(table);
    apis
}

/// Those tables of a list of tables.
fn tables(root: &Node, key: &str, is_kept: impl Fn(&&Node) -> bool) -> ArrayOfTables {
    let nodes = match root.field(key).map(|field| &field.node.shape) {
        Some(Shape::List(nodes)) => nodes.as_slice(),
        _ => &[],
    };
    let kept = nodes.iter().filter(is_kept);
    kept.map(|node| table(fields(node))).collect()
}

fn fields(node: &Node) -> impl Iterator<Item = &Field> {
    let fields = match &node.shape {
        Shape::Table(fields) => fields.as_slice(),
        _ => &[],
    };
    fields.iter()
}

fn table<'a>(fields: impl Iterator<Item = &'a Field>) -> Table {
    let mut table = Table::new();
    for field in fields {
        table[&field.name] = Item::Value(plain(&field.node));
    }
    table
}

fn plain(node: &Node) -> Value {
    match &node.shape {
        Shape::Integer(number) => (*number).into(),
        Shape::List(nodes) => nodes.iter().map(plain).collect::<Array>().into(),
        // No key of a contract takes it.
        Shape::Other(kind) => (*kind).into(),
        Shape::Table(fields) => {
            let fields = fields.iter();
            let table: InlineTable = fields
                .map(|field| (field.name.as_str(), plain(&field.node)))
                .collect();
            table.into()
        }
        Shape::Text(text) => text.as_str().into(),
    }
}
