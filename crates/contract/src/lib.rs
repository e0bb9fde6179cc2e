//! What both sides agree on: `betroth.toml` parsed into types that cannot disagree.
//!
//! [`Contract::parse`] reads a text and tells every mistake in it at once; [`Contract::resolve`] adds what the
//! environment holds; [`Contract::lock`] writes the part that one API needs; [`schema`] is the JSON Schema for editors.
//!
//! *To add a key*, add a line to the `table!` of its section, then run `cargo xtask generate`.
//! *Not here*: finding and reading files, reading the environment, keys and tokens themselves.

mod algorithm;
mod api;
mod check;
mod contract;
mod deployment;
mod disagreement;
mod environment;
mod error;
mod form;
mod headers;
mod issuer;
mod keys;
mod lock;
mod node;
mod owner;
mod reader;
mod resolved;
mod route;
mod schema;
mod session;
mod setting;
mod span;
mod token;
pub mod value;
mod web;
mod wording;

pub use algorithm::{Algorithm, PublicAlgorithm, SecretAlgorithm};
pub use api::{Access, Api, Apis, Docs};
pub use check::{Check, Exception, FailOn, Limits};
pub use contract::{Contract, TokenPlace};
pub use environment::{Environment, Mode};
pub use error::{ContractError, ContractErrors, ErrorKind, Fault};
pub use headers::Headers;
pub use issuer::{Issuer, IssuerKind};
pub use keys::{KeyForm, Keys};
pub use lock::{LOCK_FILE, Lock, Stale};
pub use owner::{OwnedBy, Owner, Rows};
pub use resolved::Resolved;
pub use route::{Method, Requirement, Route};
pub use schema::schema;
pub use session::{CacheStrategy, Lookup, Session, SessionCredential};
pub use setting::{Names, Secret, Setting};
pub use span::{Entry, Span};
pub use token::{Claims, Token};
pub use web::{Framework, Transport, Web};
