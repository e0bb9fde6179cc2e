//! What `--fix` writes, run: the answer of a real application before, and after.
//!
//! `BETROTH_TEST_PYTHON` names an interpreter that has FastAPI, `PyJWT` with its cryptography, and httpx; else `python3` is asked.
//! Stories that lack it, or Node, say so and pass.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

mod api;
mod project;
mod web;
