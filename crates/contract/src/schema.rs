//! The JSON Schema of the contract, from the same tables that read it.

use serde_json::{Map, Value, json};

use crate::form::Form;
use crate::node::{Node, Shape};

/// The JSON Schema of `betroth.toml`, for editors.
///
/// Draft 7, which every TOML editor knows. It tells keys, forms and defaults; what ties keys together is told by
/// [`Contract::parse`](crate::Contract::parse) alone.
pub fn schema() -> Value {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "betroth.toml",
    });
    if let (Value::Object(schema), Value::Object(root)) = (&mut schema, crate::contract::schema()) {
        schema.extend(root);
    }
    schema
}

/// The schema of a table, key by key.
pub(crate) struct Table {
    description: String,
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Table {
    pub(crate) fn new(description: &str) -> Self {
        Self {
            description: prose(description),
            properties: Map::new(),
            required: Vec::new(),
        }
    }

    /// Adds a key, with its default as written in the contract.
    pub(crate) fn key<T: Form>(&mut self, name: &str, description: &str, default: Option<&str>) {
        let mut schema = T::schema();
        if let Value::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), prose(description).into());
            if let Some(node) = default.and_then(|text| Node::parse_default(text).ok()) {
                schema.insert("default".to_owned(), json_of(&node));
            }
        }
        if default.is_none() && T::absent().is_none() {
            self.required.push(name.to_owned());
        }
        self.properties.insert(name.to_owned(), schema);
    }

    pub(crate) fn into_value(self) -> Value {
        let mut schema = json!({
            "type": "object",
            "description": self.description,
            "properties": self.properties,
            "additionalProperties": false,
        });
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        schema
    }
}

/// A doc comment as running text, without the marks of a link.
fn prose(comment: &str) -> String {
    let lines: Vec<_> = comment.lines().map(str::trim).collect();
    lines.join(" ").trim().replace("[`", "`").replace("`]", "`")
}

fn json_of(node: &Node) -> Value {
    match &node.shape {
        Shape::Integer(number) => (*number).into(),
        Shape::List(nodes) => nodes.iter().map(json_of).collect(),
        Shape::Other(_) => Value::Null,
        Shape::Table(fields) => fields
            .iter()
            .map(|field| (field.name.clone(), json_of(&field.node)))
            .collect(),
        Shape::Text(text) => text.as_str().into(),
    }
}
