//! Held against what real versions of Better Auth wrote (`vectors/better-auth`), and read by one where it is installed.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "what must be there, or the test fails, or says that it was skipped"
)]

mod caches;
mod changed;
mod headers;
mod key_set;
mod keys;
mod names;
mod passwords;
mod peer;
mod values;
mod written;
