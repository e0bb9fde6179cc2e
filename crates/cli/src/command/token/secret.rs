//! A shared secret, which comes from the environment alone: a command line is seen by others.

use anyhow::{Context as _, bail};
use betroth_token::{Algorithm, SecretAlgorithm};
use zeroize::Zeroizing;

use crate::environment;

/// What the variable `name` holds, and the algorithm that it is for: HS256 where none is named.
///
/// # Errors
/// It is not set, or not exactly one algorithm of shared secrets is named.
pub(super) fn read(
    name: &str,
    algorithms: &[Algorithm],
) -> anyhow::Result<(Zeroizing<String>, SecretAlgorithm)> {
    let algorithm = match algorithms {
        [] => SecretAlgorithm::Hs256,
        [Algorithm::Secret(algorithm)] => *algorithm,
        [Algorithm::Public(public)] => bail!(
            "`--algorithm {}` is that of a key pair, and `--secret-env` reads a shared secret; that takes HS256, HS384 or HS512",
            public.as_str()
        ),
        _ => bail!("a shared secret is for one algorithm; give `--algorithm` once"),
    };
    let secret = environment::variable(name).filter(|text| !text.is_empty());
    let secret = secret.with_context(|| {
        format!("the environment variable `{name}` is not set; export it, or name another")
    })?;
    Ok((Zeroizing::new(secret), algorithm))
}
