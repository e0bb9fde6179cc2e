//! Held against what real versions of Better Auth wrote (`vectors/better-auth`), and read by one where it is installed.

mod caches;
mod changed;
mod headers;
mod key_set;
mod keys;
mod names;
mod passwords;
mod peer;
mod values;
