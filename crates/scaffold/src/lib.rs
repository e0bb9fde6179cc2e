//! Writes files from what the two sides do, and from what they agree on.
//!
//! [`contract`] drafts the `betroth.toml` that the sources of a front end and an API mean already. [`plan`] holds what the
//! [`targets`] want for a [`project`] against its files, and says what becomes of each. [`design`] writes the same in words.
//!
//! *To add a key to the draft*, add it to the section of its table in `contract/`. *To add a target*, see [`targets`].
//! *Not here*: reading sources, reading and writing files, asking people.

pub mod contract;
pub mod convention;
pub mod design;
pub mod files;
mod layout;
mod merge;
pub mod plan;
pub mod project;
mod python;
pub mod routes;
pub mod target;
pub mod targets;
mod template;
mod typescript;

pub use merge::Lines;
pub use template::TemplateFault;
