//! Keys for development, or for an issuer that takes its keys from a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use aws_lc_rs::rand;
use base64_simd::URL_SAFE_NO_PAD;
use betroth_token::{Algorithm, PublicAlgorithm, SecretAlgorithm, Signer, VerifyingKey, key_set};
use clap::Subcommand;
use zeroize::Zeroizing;

use super::file;
use crate::command::value;
use crate::output::{Output, complain};

const EXAMPLES: &str = "\
A key pair; the public key set is printed:
  betroth token keys new --out private.jwk > jwks.json

A secret that both sides hold, as a line of an environment file:
  betroth token keys new --algorithm HS256 --out secret.env

Private keys and secrets go to a new file alone, which only its owner can read.
They belong into no repository.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Keys,
}

#[derive(Subcommand)]
enum Keys {
    /// Make a key pair, or a shared secret.
    #[command(after_help = EXAMPLES)]
    New(New),
}

#[derive(clap::Args)]
struct New {
    /// What the key is for: `EdDSA`, `ES256`, `RS256`, `HS256` and so on.
    #[arg(long, value_name = "ALG", default_value = "EdDSA", value_parser = value::<Algorithm>)]
    algorithm: Algorithm,
    /// The new file for the private key (JWK), or for the secret (a line `JWT_SECRET=…`).
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A new file for the public key set, instead of stdout.
    #[arg(long, value_name = "FILE")]
    public: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Keys::New(new) = &arguments.command;
    file::ensure_absent(&new.out)?;
    match new.algorithm {
        Algorithm::Public(algorithm) => pair(new, algorithm, output)?,
        Algorithm::Secret(_) if new.public.is_some() => bail!(
            "a shared secret has no public part; leave `--public` out, or take a key pair, as with `--algorithm EdDSA`"
        ),
        Algorithm::Secret(algorithm) => secret(&new.out, algorithm)?,
    }
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn pair(new: &New, algorithm: PublicAlgorithm, output: &mut Output) -> anyhow::Result<()> {
    if let Some(file) = &new.public {
        file::ensure_absent(file)?;
    }
    let failed = || anyhow!("no key pair could be made");
    let signer = Signer::generate(algorithm).map_err(|_| failed())?;
    let mut private = signer.to_jwk().ok_or_else(failed)?;
    private.push('\n');
    let public = key_set([signer.verifying_key()]);
    file::create_private(&new.out, &private)?;
    match &new.public {
        None => output.line(&public)?,
        Some(file) => {
            if let Err(error) = file::create(file, &format!("{public}\n")) {
                // A private key whose public half is nowhere serves nobody.
                let _ = fs::remove_file(&new.out);
                return Err(error);
            }
        }
    }
    told(&new.out, "private key");
    Ok(())
}

fn secret(out: &Path, algorithm: SecretAlgorithm) -> anyhow::Result<()> {
    // As many as the hash has (RFC 7518 §3.2), and more in base64url.
    let mut bytes = Zeroizing::new(match algorithm {
        SecretAlgorithm::Hs256 => vec![0; 32],
        SecretAlgorithm::Hs384 => vec![0; 48],
        SecretAlgorithm::Hs512 => vec![0; 64],
    });
    rand::fill(&mut bytes).map_err(|_| anyhow!("no random bytes could be had"))?;
    let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode_to_string(&**bytes));
    VerifyingKey::from_secret(&secret, algorithm).map_err(|fault| anyhow!("{fault}"))?;
    let line = Zeroizing::new(format!("JWT_SECRET={}\n", *secret));
    file::create_private(out, &line)?;
    told(out, "secret");
    Ok(())
}

fn told(out: &Path, what: &str) {
    complain(&format!(
        "wrote the {what} to `{}`, which only you can read; keep it out of the repository",
        out.display()
    ));
}
