//! Walks the tree and collects every mistake on its way.

use crate::error::{ContractError, ErrorKind, Fault};
use crate::form::Form;
use crate::node::{Field, Node, Shape};
use crate::value::Name;
use crate::wording::{listed, nearest};
use crate::{Entry, Span};

/// Where the reading stands, and what was wrong so far.
#[derive(Default)]
pub(crate) struct Reader {
    path: Vec<String>,
    errors: Vec<ContractError>,
}

impl Reader {
    /// Everything that was wrong.
    pub(crate) fn into_errors(self) -> Vec<ContractError> {
        self.errors
    }

    pub(crate) fn push(&mut self, error: ContractError) {
        self.errors.push(error);
    }

    /// The key that is being read, in full.
    pub(crate) fn key(&self) -> String {
        self.path.join(".")
    }

    /// A mistake at the key that is being read.
    pub(crate) fn fault(&mut self, kind: ErrorKind, span: Option<Span>, fault: Fault) {
        let error = ContractError::new(kind, &self.key(), span, fault);
        self.push(error);
    }

    pub(crate) fn wrong_type<T: Form>(&mut self, node: &Node, expected: &str) {
        let says = format!("is {}, where {expected} is expected", node.kind());
        let help = format!("write `{}`", T::line(&self.key()));
        self.fault(ErrorKind::WrongType, node.span, Fault::new(says, "", help));
    }

    /// Reads at `name` below the present key.
    pub(crate) fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        // A key in quotes may hold anything, also what moves the cursor of a terminal.
        self.path.push(name.escape_debug().to_string());
        let value = read(self);
        self.path.pop();
        value
    }

    /// Sees that a node is a table with no key beside `keys`; `None` where it is no table.
    pub(crate) fn table<T: Form>(&mut self, node: &Node, keys: &[&str]) -> Option<()> {
        let Shape::Table(fields) = &node.shape else {
            self.wrong_type::<T>(node, "a table");
            return None;
        };
        for field in fields {
            if !keys.contains(&field.name.as_str()) {
                self.unknown_key(&field.name, field.span, keys);
            }
        }
        Some(())
    }

    fn unknown_key(&mut self, name: &str, span: Option<Span>, keys: &[&str]) {
        let table = match self.key() {
            key if key.is_empty() => "the contract".to_owned(),
            key => format!("`[{key}]`"),
        };
        let help = match nearest(name, keys) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("{table} has {}", listed(keys)),
        };
        let says = format!("is no key of {table}");
        let why = "a key that nobody reads looks like a promise that nobody keeps";
        self.within(name, |reader| {
            reader.fault(ErrorKind::UnknownKey, span, Fault::new(says, why, help));
        });
    }

    /// Reads a key of a table, else its default; `None` where an error was told.
    pub(crate) fn entry<T: Form>(
        &mut self,
        table: &Node,
        name: &str,
        default: Option<&str>,
    ) -> Option<Entry<T>> {
        self.within(name, |reader| {
            if let Some(field) = table.field(name) {
                let value = T::read(&field.node, reader)?;
                let span = field.node.span.or(field.span);
                return Some(Entry::new(reader.key(), value, span));
            }
            let value = match default {
                Some(default) => reader.default(default)?,
                None => T::absent().or_else(|| reader.missing::<T>(table.span))?,
            };
            Some(Entry::new(reader.key(), value, None))
        })
    }

    /// The name that a table's key gives.
    pub(crate) fn name(&mut self, field: &Field) -> Option<Name> {
        match field.name.parse() {
            Ok(name) => Some(name),
            Err(fault) => {
                self.within(&field.name, |reader| {
                    reader.fault(ErrorKind::InvalidValue, field.span, fault);
                });
                None
            }
        }
    }

    fn default<T: Form>(&mut self, text: &str) -> Option<T> {
        match Node::parse_default(text) {
            Ok(node) => T::read(&node, self),
            Err(error) => {
                let says = format!("has a default that is not TOML: {}", error.message());
                self.fault(ErrorKind::Syntax, None, Fault::new(says, "", ""));
                None
            }
        }
    }

    fn missing<T: Form>(&mut self, table: Option<Span>) -> Option<T> {
        let help = format!("add `{}`", T::line(&self.key()));
        let fault = Fault::new("is missing", "", help);
        self.fault(ErrorKind::MissingKey, table, fault);
        None
    }
}
