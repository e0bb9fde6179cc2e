//! The text as a tree with spans: all that the readers of keys need of TOML.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, TomlError, Value};

use crate::Span;
use crate::span::Lines;

/// A value of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// `None` in a default.
    pub(crate) span: Option<Span>,
    pub(crate) shape: Shape,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Integer(i64),
    List(Vec<Node>),
    /// What no key takes, by name: "a date".
    Other(&'static str),
    Table(Vec<Field>),
    Text(String),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) span: Option<Span>,
    pub(crate) node: Node,
}

impl Node {
    /// The tree of a text.
    pub(crate) fn parse(text: &str) -> Result<Self, TomlError> {
        let document = Document::parse(text)?;
        let builder = Builder(Some(Lines::new(text)));
        Ok(builder.table(document.as_table(), None))
    }

    /// The value of a default, written as in the contract but without a place in it.
    pub(crate) fn parse_default(text: &str) -> Result<Self, TomlError> {
        let value: Value = text.parse()?;
        Ok(Builder(None).value(&value, None))
    }

    /// An empty table.
    pub(crate) fn empty(span: Option<Span>) -> Self {
        Self {
            span,
            shape: Shape::Table(Vec::new()),
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        match &self.shape {
            Shape::Table(fields) => fields.iter().find(|field| field.name == name),
            _ => None,
        }
    }

    /// This tree with `other` written over it.
    ///
    /// Tables are joined key by key, except that a table with `env` is a value and replaces what was there.
    pub(crate) fn overlaid(&self, other: &Self) -> Self {
        let (Shape::Table(base), Shape::Table(over)) = (&self.shape, &other.shape) else {
            return other.clone();
        };
        if other.field("env").is_some() {
            return other.clone();
        }
        let mut fields = base.clone();
        for field in over {
            match fields.iter_mut().find(|known| known.name == field.name) {
                Some(known) => {
                    *known = Field {
                        node: known.node.overlaid(&field.node),
                        ..field.clone()
                    };
                }
                None => fields.push(field.clone()),
            }
        }
        Self {
            span: other.span,
            shape: Shape::Table(fields),
        }
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self.shape, Shape::Text(_))
    }

    /// What it is, in words.
    pub(crate) fn kind(&self) -> &'static str {
        match self.shape {
            Shape::Integer(_) => "a number",
            Shape::List(_) => "a list",
            Shape::Other(name) => name,
            Shape::Table(_) => "a table",
            Shape::Text(_) => "a text",
        }
    }
}

/// Makes nodes; with the lines of the text where places matter.
struct Builder<'a>(Option<Lines<'a>>);

impl Builder<'_> {
    fn table(&self, table: &dyn TableLike, span: Option<Span>) -> Node {
        let fields = table.iter().filter_map(|(name, _)| {
            let (key, item) = table.get_key_value(name)?;
            let span = self.span(key.span());
            Some(Field {
                name: name.to_owned(),
                span,
                node: self.item(item, span),
            })
        });
        Node {
            span,
            shape: Shape::Table(fields.collect()),
        }
    }

    /// The node of an item; a table that only its keys imply stands where its `key` does.
    fn item(&self, item: &Item, key: Option<Span>) -> Node {
        let span = self.span(item.span()).or(key);
        match item {
            Item::None => Node::empty(span),
            Item::Value(value) => self.value(value, key),
            Item::Table(table) => self.table(table, span),
            Item::ArrayOfTables(tables) => {
                let nodes = tables
                    .iter()
                    .map(|table| self.table(table, self.span(table.span()).or(key)));
                Node {
                    span,
                    shape: Shape::List(nodes.collect()),
                }
            }
        }
    }

    fn value(&self, value: &Value, key: Option<Span>) -> Node {
        let span = self.span(value.span()).or(key);
        let shape = match value {
            Value::Array(values) => {
                Shape::List(values.iter().map(|value| self.value(value, span)).collect())
            }
            Value::Boolean(_) => Shape::Other("a boolean"),
            Value::Datetime(_) => Shape::Other("a date"),
            Value::Float(_) => Shape::Other("a decimal number"),
            Value::InlineTable(table) => return self.table(table, span),
            Value::Integer(number) => Shape::Integer(*number.value()),
            Value::String(text) => Shape::Text(text.value().clone()),
        };
        Node { span, shape }
    }

    fn span(&self, range: Option<Range<usize>>) -> Option<Span> {
        Some(self.0.as_ref()?.span(&range?))
    }
}
