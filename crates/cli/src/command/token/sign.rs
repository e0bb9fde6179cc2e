//! Tokens for development: to call an API without its front end, and to see what it refuses.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use betroth_contract::value::Duration;
use betroth_token::{Algorithm, KeyFault, PublicAlgorithm, SecretAlgorithm, Signer};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::clock::{Clock, stretch};
use super::{file, secret};
use crate::command::value;
use crate::output::{Output, complain};

const EXAMPLES: &str = "\
A token of one's own, and a call with it:
  betroth token keys new --out private.jwk > jwks.json
  TOKEN=$(betroth token sign --key private.jwk \\
    --issuer https://app.example.com --audience https://api.example.com \\
    --subject u1 --claim 'role=\"admin\"')
  curl -H \"Authorization: Bearer $TOKEN\" http://localhost:8000/notes

With the secret that both sides hold:
  export JWT_SECRET
  betroth token sign --secret-env JWT_SECRET --issuer https://app.example.com \\
    --audience https://api.example.com --subject u1

Over already, to see that an API refuses it:
  betroth token sign --at 2026-01-02T03:04:05Z …

For development: where people log in, the issuer alone signs.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    key: Key,
    /// The algorithm, where the key does not name its own; with --secret-env HS256 by default.
    #[arg(long, value_name = "ALG", value_parser = value::<Algorithm>)]
    algorithm: Option<Algorithm>,
    /// `iss`: who issued it.
    #[arg(long, value_name = "TEXT")]
    issuer: String,
    /// `aud`: for whom it is. May be given several times.
    #[arg(long, value_name = "TEXT", required = true)]
    audience: Vec<String>,
    /// `sub`: of whom it speaks.
    #[arg(long, value_name = "TEXT")]
    subject: String,
    /// How long it holds: `90s`, `15m`, `12h`, `7d`.
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = value::<Duration>)]
    expires_in: Duration,
    /// Another claim, in JSON: `role="admin"`, `scopes=["a","b"]`. May be given several times.
    #[arg(long, value_name = "NAME=JSON", value_parser = claim)]
    claim: Vec<(String, Value)>,
    /// `typ` in the header, as in `at+jwt`.
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// `kid` in the header [default: that of the key, else its thumbprint].
    #[arg(long, value_name = "KID")]
    kid: Option<String>,
    #[command(flatten)]
    clock: Clock,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Key {
    /// The private key: a JWK, or PEM.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The environment variable that holds the shared secret.
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut signer = arguments.key.signer(arguments.algorithm)?;
    if let Some(kid) = &arguments.kid {
        signer = signer
            .with_kid(kid)
            .map_err(|_| anyhow!("`--kid` takes 1 to 128 letters, digits and `._~@:+/=-`"))?;
    }
    if let Some(typ) = &arguments.typ {
        signer = signer
            .with_type(typ)
            .context("`--typ` takes a media type, as in `JWT` or `at+jwt`")?;
    }
    let claims = Value::Object(arguments.claims()?).to_string();
    let token = signer.sign(&claims)?;
    complain(&format!(
        "for development: signed by {} with {}, good for {}",
        arguments.key.name(),
        signer.verifying_key().algorithm().as_str(),
        stretch(arguments.expires_in.seconds()),
    ));
    output.line(&token)?;
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn claims(&self) -> anyhow::Result<Map<String, Value>> {
        let issued = self.clock.now().unix();
        let expires = issued.checked_add(self.expires_in.seconds());
        let mut claims = Map::new();
        let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        add("iss", self.issuer.as_str().into());
        add(
            "aud",
            match self.audience.as_slice() {
                [one] => one.as_str().into(),
                several => several.into(),
            },
        );
        add("sub", self.subject.as_str().into());
        add("iat", issued.into());
        add(
            "exp",
            expires
                .context("the time is too late; set the clock of this machine, or say `--at`")?
                .into(),
        );
        for (name, value) in &self.claim {
            if add(name, value.clone()).is_some() {
                bail!(
                    "`{name}` is given twice, or has an option of its own: {}",
                    own(name)
                );
            }
        }
        Ok(claims)
    }
}

/// The option for a claim.
fn own(name: &str) -> &'static str {
    match name {
        "iss" => "`--issuer`",
        "aud" => "`--audience`",
        "sub" => "`--subject`",
        "iat" => "`--at`",
        "exp" => "`--expires-in`; a token without an end is never written",
        _ => "give each `--claim` once",
    }
}

fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, json) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("write it as `NAME=JSON`, as in `role=\"admin\"`")?;
    let value = serde_json::from_str(json).map_err(|_| {
        format!("what stands behind `{name}=` is no JSON; a text stands in quotes, as in `--claim '{name}=\"admin\"'`")
    })?;
    Ok((name.to_owned(), value))
}

impl Key {
    fn signer(&self, algorithm: Option<Algorithm>) -> anyhow::Result<Signer> {
        if let Some(name) = &self.secret_env {
            let (secret, algorithm) = secret::read(name, algorithm.as_slice())?;
            return Signer::from_secret(&secret, algorithm)
                .map_err(|fault| anyhow!("`{name}`: {fault}"));
        }
        let path = self.key.as_deref().unwrap_or(Path::new(""));
        let text = Zeroizing::new(file::text(path)?);
        let signer = if text.trim_start().starts_with('{') {
            of_jwk(&text, algorithm)
        } else {
            of_pem(&text, algorithm)
        };
        signer.map_err(|fault| match fault {
            KeyFault::AlgorithmUnclear => anyhow!(
                "the key in `{}` fits several algorithms; name the one that it is for, as in `--algorithm RS256`",
                path.display()
            ),
            fault => anyhow!("the key in `{}`: {fault}", path.display()),
        })
    }

    fn name(&self) -> String {
        match (&self.key, &self.secret_env) {
            (Some(file), _) => format!("the key in `{}`", file.display()),
            (None, name) => format!("the secret in `{}`", name.as_deref().unwrap_or_default()),
        }
    }
}

/// All that a key may be for, Ed25519 under its older name alone.
fn every() -> Vec<Algorithm> {
    let public = PublicAlgorithm::ALL.iter().copied().map(Algorithm::Public);
    let secret = SecretAlgorithm::ALL.iter().copied().map(Algorithm::Secret);
    let all = public.chain(secret);
    all.filter(|it| *it != ED25519).collect()
}

/// The name that few verifiers know yet (RFC 9864): where a key does not ask for it, it is not taken.
const ED25519: Algorithm = Algorithm::Public(PublicAlgorithm::Ed25519);

fn of_jwk(text: &str, algorithm: Option<Algorithm>) -> Result<Signer, KeyFault> {
    let algorithms = algorithm.map_or_else(every, |algorithm| vec![algorithm]);
    match Signer::from_jwk(text, &algorithms) {
        Err(KeyFault::AlgorithmNotAccepted) if algorithm.is_none() => {
            Signer::from_jwk(text, &[ED25519])
        }
        signer => signer,
    }
}

/// PEM names no algorithm, so exactly one must fit.
fn of_pem(text: &str, algorithm: Option<Algorithm>) -> Result<Signer, KeyFault> {
    let algorithms = algorithm.map_or_else(every, |algorithm| vec![algorithm]);
    let public = algorithms
        .into_iter()
        .filter_map(|algorithm| match algorithm {
            Algorithm::Public(algorithm) => Some(Signer::from_pem(text, algorithm)),
            Algorithm::Secret(_) => None,
        });
    let fits = |signer: &Result<_, _>| !matches!(signer, Err(KeyFault::KindMismatch));
    let mut fitting = public.filter(fits);
    match (fitting.next(), fitting.next()) {
        (None, _) => Err(KeyFault::KindMismatch),
        (Some(Ok(_)), Some(Ok(_))) => Err(KeyFault::AlgorithmUnclear),
        (Some(signer), _) => signer,
    }
}
