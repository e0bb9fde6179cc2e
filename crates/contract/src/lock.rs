//! `betroth.lock.toml`: the part of a contract that one API needs, beside the code that is deployed alone.

mod text;

use std::fmt::{self, Write as _};

use serde_json::{Map, Value};
use sha2::Digest as _;

use crate::Contract;
use crate::form::table;
use crate::node::{Node, Shape};
use crate::value::{ContractPath, Sha256};

/// Name of the file, in the folder of the API.
pub const LOCK_FILE: &str = "betroth.lock.toml";

table! {
    /// In `betroth.lock.toml` alone, where `betroth lock` writes it: what the file was made of.
    pub struct Lock {
        /// The contract, relative to this file.
        contract: ContractPath,
        /// SHA-256 of what the contract said, whatever its comments and its order; `[check]` is left out.
        sha256: Sha256,
    }
}

/// Why a lock is not what its contract says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// The contract says something else since, of this API too.
    Changed,
    /// The contract says something else since, of which this API needs nothing: what the lock says still holds.
    Elsewhere,
    /// The contract has no API of this name any more.
    Gone,
    /// The lock itself was written over: its contract never said this.
    Edited,
}

/// Reads on after the lock's name, as in "is stale: ".
impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "the contract says something else since",
            Self::Elsewhere => "the contract says something else since, though nothing of this API",
            Self::Gone => "the contract has no API of this name any more",
            Self::Edited => "it was written over, and the contract never said this",
        })
    }
}

impl Contract {
    /// The text of the lock for the API of that name, `None` where there is none: all that its guard asks for.
    ///
    /// It is a contract of its own, for the folder of that API. What comes from the environment still does. `file` is the
    /// name of the contract in its folder.
    pub fn lock(&self, api: &str, file: &str) -> Option<String> {
        let root = &self.apis.named(api)?.root;
        let path = ContractPath::from_below(root, file);
        Some(text::write(
            &self.root,
            api,
            path.as_str(),
            self.sha256().as_str(),
        ))
    }

    /// SHA-256 of what the contract says, as a [`Lock`] holds it.
    pub fn sha256(&self) -> Sha256 {
        let mut whole = canonical(&self.root);
        if let Value::Object(keys) = &mut whole {
            // The one is about the checker, the other is what stands here.
            keys.retain(|key, _| !matches!(key.as_str(), "check" | "lock"));
        }
        let digest = sha2::Sha256::digest(whole.to_string());
        let mut text = String::new();
        for byte in digest {
            // Writing to a text does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        Sha256::of_digest(text)
    }

    /// Why this lock is not what `contract` says; `None` where it is, and for a contract that is no lock.
    pub fn stale(&self, contract: &Self) -> Option<Stale> {
        let lock = self.lock.as_ref()?;
        let (name, _) = self.apis.iter().next()?;
        let Some(made) = contract.lock(name, "betroth.toml") else {
            return Some(Stale::Gone);
        };
        let says_the_same =
            Self::parse(&made, LOCK_FILE).is_ok_and(|made| made.sha256() == self.sha256());
        match (*lock.sha256 == contract.sha256(), says_the_same) {
            (true, true) => None,
            (true, false) => Some(Stale::Edited),
            (false, true) => Some(Stale::Elsewhere),
            (false, false) => Some(Stale::Changed),
        }
    }
}

/// What a text says, without how it is written: the keys of a table in the order of their names.
fn canonical(node: &Node) -> Value {
    match &node.shape {
        Shape::Integer(number) => (*number).into(),
        Shape::List(nodes) => nodes.iter().map(canonical).collect(),
        Shape::Other(kind) => (*kind).into(),
        Shape::Table(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|one, other| one.name.cmp(&other.name));
            let fields = fields.into_iter();
            let keys: Map<_, _> = fields
                .map(|field| (field.name.clone(), canonical(&field.node)))
                .collect();
            keys.into()
        }
        Shape::Text(text) => text.as_str().into(),
    }
}
