//! What `betroth apply` writes, and what it leaves alone.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of projects that fails is a test that fails"
)]

mod conflicts;
mod conventions;
mod headers;
mod project;
mod routes;
mod runs;
mod typed;
mod writes;
