//! Whom a token must be from and for, and the keys that say so: from a contract, or from options.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use betroth_contract::value::{Leeway, Url};
use betroth_contract::{Api, Contract, ContractError, ContractErrors, Environment, Mode, Resolved};
use betroth_token::{Algorithm, KeySet, PublicAlgorithm, Verifier, VerifierFault, VerifyingKey};

use crate::command::token::{fetch, file, secret};
use crate::command::value;
use crate::environment::variable;
use crate::output::complain;

/// Against what a token is held.
#[derive(clap::Args)]
pub(super) struct Against {
    /// Take issuer, audience, keys and rules from this `betroth.toml`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["issuer", "audience", "keys", "algorithm", "leeway"])]
    contract: Option<PathBuf>,
    /// The API of the contract that the token is for, where there are several.
    #[arg(long, value_name = "NAME", requires = "contract")]
    api: Option<String>,
    /// Without a contract: the `iss` of the token, byte for byte.
    #[arg(long, value_name = "TEXT", requires_all = ["audience", "keys"])]
    issuer: Option<String>,
    /// Whom the token is for: one of its `aud`. May be given several times.
    #[arg(long, value_name = "TEXT", requires = "issuer")]
    audience: Vec<String>,
    #[command(flatten)]
    keys: Keys,
    /// An algorithm that is accepted [default: each public one; with --secret-env HS256].
    #[arg(long, value_name = "ALG", requires = "issuer", value_parser = value::<Algorithm>)]
    algorithm: Vec<Algorithm>,
    /// The accepted difference between two clocks [default: 30s].
    #[arg(long, value_name = "TIME", requires = "issuer", value_parser = value::<Leeway>)]
    leeway: Option<Leeway>,
}

/// Where the keys are.
#[derive(clap::Args)]
#[group(id = "keys", multiple = false)]
struct Keys {
    /// The issuer's key set: a file, or the address where it is published.
    #[arg(long, value_name = "FILE|URL")]
    jwks: Option<String>,
    /// The issuer's public key, in PEM or as a JWK.
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// The environment variable that holds the shared secret.
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
}

/// A verifier, and what it asks, to be told where a token does not have it.
pub(super) struct Trust {
    pub(super) verifier: Verifier,
    pub(super) issuer: String,
    pub(super) audiences: Vec<String>,
}

impl Trust {
    /// What the options ask for; keys that are not taken are told on stderr.
    ///
    /// # Errors
    /// Something cannot be read or fetched, or there is no key to verify with.
    pub(super) fn new(against: &Against) -> anyhow::Result<Self> {
        let trust = match &against.contract {
            Some(file) => Self::of_contract(file, against.api.as_deref())?,
            None if against.issuer.is_some() => Self::of_options(against)?,
            None => bail!(
                "say against what: `--contract betroth.toml`, or `--issuer` and `--audience` with `--jwks`, `--public-key` or \
                 `--secret-env`; `betroth token verify --help` has examples"
            ),
        };
        let keys = trust.verifier.keys();
        for key in keys.refused() {
            let name = match &key.kid {
                Some(kid) => format!("key {} of the set, `{kid}`,", key.position + 1),
                None => format!("key {} of the set", key.position + 1),
            };
            complain(&format!("warning: {name} is not used: {}", key.fault));
        }
        if keys.keys().is_empty() {
            bail!(match keys.refused() {
                [] => "the key set is empty: the issuer has made no key yet, or it is another set",
                _ => "no key of the set can be used, so no token can be verified",
            });
        }
        Ok(trust)
    }

    fn of_contract(file: &Path, api: Option<&str>) -> anyhow::Result<Self> {
        let contract = Contract::parse(&file::text(file)?, &file.display().to_string())?;
        let environment = environment()?;
        let resolved = contract.resolve(&environment);
        let told = |error: Box<ContractError>| told(&contract, *error);
        let api = the_api(&contract, api)?;
        let issuer = resolved.iss().map_err(told)?.as_str().to_owned();
        let audience = resolved.audience(api).map_err(told)?.as_str().to_owned();
        let fetched = match KeySet::from_contract(resolved).map_err(|it| fault(&contract, it))? {
            Some(own) => own,
            None => published(resolved)?,
        };
        let verifier = Verifier::from_contract(resolved, api, fetched);
        Ok(Self {
            verifier: verifier.map_err(|it| fault(&contract, it))?,
            issuer,
            audiences: vec![audience],
        })
    }

    fn of_options(against: &Against) -> anyhow::Result<Self> {
        let issuer = against.issuer.clone().unwrap_or_default();
        let audiences = against.audience.clone();
        let keys = against.keys.read(&against.algorithm)?;
        let (first, others) = audiences.split_first().context("there is no audience")?;
        let mut builder = Verifier::builder(&issuer, first);
        for audience in others {
            builder = builder.or_audience(audience);
        }
        if let Some(leeway) = against.leeway {
            builder = builder.leeway(leeway.seconds());
        }
        Ok(Self {
            verifier: builder.build(keys)?,
            issuer,
            audiences,
        })
    }
}

/// The API of that name; without a name the only one, and none where an API need not be told.
fn the_api<'c>(contract: &'c Contract, name: Option<&str>) -> anyhow::Result<Option<&'c Api>> {
    let names = || {
        let names: Vec<_> = contract.apis.iter().map(|(name, _)| name).collect();
        names.join("`, `")
    };
    if let Some(name) = name {
        let api = contract.apis.named(name);
        let api = api.with_context(|| match contract.apis.iter().len() {
            0 => format!("the contract names no API, so there is no `{name}`; leave `--api` out"),
            _ => format!("the contract has no API `{name}`; it has `{}`", names()),
        })?;
        return Ok(Some(api));
    }
    let own = |api: &Api| api.audience.is_some();
    let mut apis = contract.apis.iter();
    match (apis.next(), apis.len()) {
        (Some((_, api)), 0) => Ok(Some(api)),
        (Some(_), _) if contract.apis.iter().any(|(_, api)| own(api)) => bail!(
            "the APIs of the contract have audiences of their own; name one with `--api`: `{}`",
            names()
        ),
        _ => Ok(None),
    }
}

/// The key set that the issuer of a contract publishes.
fn published(resolved: Resolved<'_>) -> anyhow::Result<KeySet> {
    let contract = resolved.contract();
    let url = resolved.jwks_url().map_err(|it| told(contract, *it))?;
    let written = (*contract.issuer.jwks_url).is_some();
    if !written && !fetch::is_safe(&url) {
        bail!(
            "the keys are fetched over https, or from this machine; `{url}` follows from `issuer.base_url` and is neither: \
             write it as `issuer.jwks_url` if that is where they are"
        );
    }
    let text = fetch::key_set(&url)?;
    let algorithms = contract.keys.algorithms();
    KeySet::from_jwks(&text, &algorithms).map_err(|fault| anyhow!("`{url}`: {fault}"))
}

impl Keys {
    fn read(&self, algorithms: &[Algorithm]) -> anyhow::Result<KeySet> {
        if let Some(name) = &self.secret_env {
            let (secret, algorithm) = secret::read(name, algorithms)?;
            let key = VerifyingKey::from_secret(&secret, algorithm);
            let key = key.map_err(|fault| anyhow!("`{name}`: {fault}"))?;
            return Ok(KeySet::new([key])?);
        }
        let public = public(algorithms)?;
        if let Some(file) = &self.public_key {
            let keys = KeySet::from_public_key(&file::text(file)?, &public);
            return keys.map_err(|error| in_file(file, &error, algorithms.is_empty()));
        }
        let place = self.jwks.as_deref().unwrap_or_default();
        let text = if place.contains("://") {
            let url: Url = value(place).map_err(|why| anyhow!("`--jwks`: {why}"))?;
            if !fetch::is_safe(&url) {
                complain(
                    "warning: the keys come over plain http: whoever stands between can put in their own",
                );
            }
            fetch::key_set(&url)?
        } else {
            file::text(Path::new(place))?
        };
        let algorithms: Vec<_> = public.into_iter().map(Algorithm::Public).collect();
        KeySet::from_jwks(&text, &algorithms).map_err(|fault| anyhow!("`{place}`: {fault}"))
    }
}

/// Those of a public key, each where none is named.
fn public(algorithms: &[Algorithm]) -> anyhow::Result<Vec<PublicAlgorithm>> {
    if algorithms.is_empty() {
        return Ok(PublicAlgorithm::ALL.to_vec());
    }
    let public = algorithms.iter().map(|algorithm| match algorithm {
        Algorithm::Public(algorithm) => Ok(*algorithm),
        Algorithm::Secret(secret) => bail!(
            "`--algorithm {}` is that of a shared secret, which `--secret-env NAME` reads",
            secret.as_str()
        ),
    });
    public.collect()
}

/// What is wrong with the key in a file.
fn in_file(file: &Path, error: &VerifierFault, any: bool) -> anyhow::Error {
    let file = file.display();
    match error {
        VerifierFault::Key(betroth_token::KeyFault::AlgorithmUnclear) if any => anyhow!(
            "the key in `{file}` fits several algorithms; name the issuer's, as in `--algorithm RS256`"
        ),
        VerifierFault::Key(fault) => anyhow!("the key in `{file}`: {fault}"),
        other => anyhow!("`{file}`: {other}"),
    }
}

/// An error of the contract with its place.
fn told(contract: &Contract, error: ContractError) -> anyhow::Error {
    let errors = vec![error];
    let file = contract.file().to_owned();
    ContractErrors { file, errors }.into()
}

fn fault(contract: &Contract, fault: VerifierFault) -> anyhow::Error {
    match fault {
        VerifierFault::Contract(error) => told(contract, *error),
        other => anyhow!("`{}`: {other}", contract.file()),
    }
}

/// What a contract takes its values from.
///
/// # Errors
/// `BETROTH_MODE` holds no mode.
fn environment() -> anyhow::Result<Environment> {
    let mode = Mode::decide(variable(Mode::VARIABLE).as_deref(), None)
        .map_err(|fault| anyhow!("{}; {}", fault.says, fault.help))?;
    let variables = std::env::vars_os();
    let texts = variables
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
    Ok(Environment::new(mode, texts))
}
