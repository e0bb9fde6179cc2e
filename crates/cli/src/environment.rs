//! The variables around the program; no other crate reads them.

/// What a variable holds; `None` where it is not set, or is no text.
#[expect(
    clippy::disallowed_methods,
    reason = "this crate is the one that reads the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
