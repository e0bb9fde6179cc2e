//! The variables around the program; no other crate reads them.

use betroth_contract::{Environment, Mode};

/// What a variable holds; `None` where it is not set, or is no text.
#[expect(
    clippy::disallowed_methods,
    reason = "this crate is the one that reads the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What a contract takes its values from.
///
/// # Errors
/// `BETROTH_MODE` holds no mode.
#[cfg(feature = "token")]
pub(crate) fn of_contract() -> anyhow::Result<Environment> {
    let mode = Mode::decide(variable(Mode::VARIABLE).as_deref(), None)
        .map_err(|fault| anyhow::anyhow!("{}; {}", fault.says, fault.help))?;
    let variables = std::env::vars_os();
    let texts = variables
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
    Ok(Environment::new(mode, texts))
}
