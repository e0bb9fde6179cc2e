//! Every target, in the order in which they are told.
//!
//! *To add one*, write `targets/<target>.rs` with its `TARGET`, put its template beside it, and name it here twice.

mod api_client;
mod api_guard;

use crate::target::Target;

/// Every target.
pub static ALL: &[&Target] = &[&api_client::TARGET, &api_guard::TARGET];
