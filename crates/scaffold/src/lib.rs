//! Writes files from what the two sides do.
//!
//! [`contract`] drafts the `betroth.toml` that the sources of a front end and an API mean already.
//!
//! *To add a key to the draft*, add it to the section of its table in `contract/`.
//! *Not here*: reading sources, writing files, asking people.

pub mod contract;
