//! `[deployment.NAME]`: what another deployment has instead.

use serde_json::{Map, Value, json};

use crate::error::{ErrorKind, Fault};
use crate::form::{Form, Layout};
use crate::node::{Node, Shape};
use crate::reader::Reader;
use crate::value::Name;

/// What may differ; routes and owners are the same wherever the program runs.
const TABLES: &[&str] = &[
    "issuer", "keys", "token", "claims", "session", "web", "api", "limits",
];

/// What other deployments have instead, to be written over the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overrides(Vec<(Name, Node)>);

impl Overrides {
    /// The contract is read once more for each, so there is an end to them.
    const MOST: usize = 32;

    /// Those of a contract that can be read; what is wrong with the others is told where the whole is read.
    pub(crate) fn of(root: &Node) -> Vec<(Name, Node)> {
        let read = |node| Self::read(node, &mut Reader::default());
        root.field("deployment")
            .and_then(|field| read(&field.node))
            .map(|overrides| overrides.0)
            .unwrap_or_default()
    }
}

impl Form for Overrides {
    const LAYOUT: Layout = Layout::Table;

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Shape::Table(fields) = &node.shape else {
            reader.wrong_type::<Self>(node, "a table");
            return None;
        };
        if fields.len() > Self::MOST {
            let says = format!("holds {}, more than {}", fields.len(), Self::MOST);
            let fault = Fault::new(says, "", "keep those that are looked at");
            reader.fault(ErrorKind::InvalidValue, node.span, fault);
            return None;
        }
        let read = fields.iter().filter_map(|field| {
            let name = reader.name(field)?;
            reader.within(&field.name, |reader| {
                reader.table::<Self>(&field.node, TABLES)
            })?;
            Some((name, field.node.clone()))
        });
        Some(Self(read.collect()))
    }

    fn example() -> String {
        "{ issuer = { base_url = \"https://app.example.com\" } }".to_owned()
    }

    fn schema() -> Value {
        let same = |table: &&str| {
            let place = json!({ "$ref": format!("#/properties/{table}") });
            ((*table).to_owned(), place)
        };
        json!({ "type": "object", "additionalProperties": {
            "type": "object",
            "properties": TABLES.iter().map(same).collect::<Map<_, _>>(),
            "additionalProperties": false,
        } })
    }
}
