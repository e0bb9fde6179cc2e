//! Every target, in the order in which they are told.
//!
//! *To add one*, write `targets/<target>.rs` with its `TARGET`, put its template beside it, and name it here twice.

mod api_client;
mod api_entry;
mod api_guard;
mod api_handler;
mod auth_client;
mod auth_handler;
mod auth_jwt;
mod ci;
mod contract_test;
mod environment;
mod lock;
mod security_headers;
mod settings;
mod token_route;

use crate::target::Target;

/// Every target.
pub static ALL: &[&Target] = &[
    &auth_jwt::TARGET,
    &auth_handler::TARGET,
    &auth_client::TARGET,
    &token_route::TARGET,
    &api_client::TARGET,
    &api_handler::TARGET,
    &settings::TARGET,
    &api_guard::TARGET,
    // Before the guard, whose bracket closes where the line of the headers begins.
    &security_headers::TARGET,
    &api_entry::TARGET,
    &contract_test::TARGET,
    &lock::TARGET,
    &environment::TARGET,
    &ci::TARGET,
];
