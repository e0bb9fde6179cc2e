//! A Python tree into facts: modules, settings, FastAPI routes and who guards them, verifiers.
//!
//! The way in is [`read`]. Nothing is imported or run. The parser is ruff's, and no type of it leaves the crate.
//!
//! *Not here*: findings, file access.

mod comment;
mod facts;
mod flow;
mod guard;
mod read;
mod thunk;
mod tree;
mod wiring;

pub use comment::comments;
pub use facts::*;
pub use read::read;
