//! `[[owner]]`: which row belongs to whom.

use serde_json::Value;

use crate::Entry;
use crate::error::{ContractError, ErrorKind, Fault};
use crate::form::{Form, Layout, table, words};
use crate::node::Node;
use crate::reader::Reader;
use crate::value::{ColumnName, ModelName, TableName};

words! {
    /// Which fact of a token names the owner.
    pub enum OwnedBy {
        /// The person.
        Subject = "subject",
        /// The organization that the person acts in.
        Organization = "organization",
    }
}

/// The rows that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Those of a model class.
    Model(Entry<ModelName>),
    /// Those of a table.
    Table(Entry<TableName>),
}

/// Which row belongs to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The rows.
    pub rows: Rows,
    /// The column that names the owner.
    pub column: Entry<ColumnName>,
    /// What stands in it.
    pub by: Entry<OwnedBy>,
}

table! {
    /// Which row belongs to whom. `model` or `table`, not both.
    struct Written {
        /// The model class with its module.
        model: Option<ModelName>,
        /// The table.
        table: Option<TableName>,
        /// The column that names the owner.
        column: ColumnName,
        /// What stands in it.
        by: OwnedBy = "subject",
    }
}

impl Form for Owner {
    const LAYOUT: Layout = Layout::Table;

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let owner = Written::read(node, reader)?;
        let rows = match (owner.model.written(), owner.table.written()) {
            (Some(model), None) => Rows::Model(model),
            (None, Some(table)) => Rows::Table(table),
            (None, None) => {
                let help = "add `model = \"app.models.Note\"` or `table = \"notes\"`";
                let fault = Fault::new("names neither `model` nor `table`", "", help);
                reader.fault(ErrorKind::MissingKey, node.span, fault);
                return None;
            }
            (Some(model), Some(table)) => {
                let fault = Fault::new(
                    "stands beside `model`",
                    "they could name different rows",
                    "keep one of both",
                );
                let error =
                    ContractError::new(ErrorKind::Contradiction, table.key(), table.span(), fault);
                reader.push(error.related(model.span(), "the model"));
                return None;
            }
        };
        Some(Self {
            rows,
            column: owner.column,
            by: owner.by,
        })
    }

    fn example() -> String {
        Written::example()
    }

    fn schema() -> Value {
        Written::schema()
    }
}
