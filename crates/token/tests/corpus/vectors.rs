//! The files of the corpus, as they are written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use betroth_token::{
    Algorithm, KeyFault, KeySet, KeySetFault, PublicAlgorithm, Refusal, SecretAlgorithm, Timestamp,
    Verifier, VerifyingKey,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a verifier holds and asks.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) now: u64,
    pub(crate) issuer: String,
    pub(crate) audiences: Vec<String>,
    pub(crate) leeway: u64,
    pub(crate) max_age: Option<u64>,
    pub(crate) types: Vec<String>,
    pub(crate) required: Vec<String>,
    pub(crate) algorithms: Vec<String>,
    pub(crate) keys: Keys,
}

/// In which form the keys are given.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Keys {
    Jwks(String),
    Pem(String),
    Secret(String),
}

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class<T> {
    #[serde(rename = "class")]
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) cases: Vec<T>,
}

/// Who is wrong where a token is accepted that should not be.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Whoever accepts it: a standard or the settings ask for the refusal.
    Must,
    /// Nobody: the standards leave it open.
    Policy,
}

/// One token with its verdict.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) verifier: String,
    pub(crate) token: String,
    pub(crate) verdict: String,
    pub(crate) claim: Option<String>,
    pub(crate) level: Level,
    pub(crate) because: String,
}

impl Case {
    /// The code with the claim concerned, or `accepted`.
    pub(crate) fn expected(&self) -> String {
        with_claim(&self.verdict, self.claim.as_deref())
    }
}

/// Keys with what becomes of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyCase {
    pub(crate) name: String,
    pub(crate) algorithms: Vec<String>,
    pub(crate) keys: Keys,
    /// `taken`, or why they are refused as a whole.
    pub(crate) verdict: String,
    /// The keys of a set that are left out.
    pub(crate) out: Vec<Out>,
    /// One that only these keys could make good.
    pub(crate) token: Option<String>,
    /// What becomes of it where the keys are taken.
    pub(crate) token_verdict: Option<String>,
    pub(crate) level: Level,
    pub(crate) because: String,
}

/// A key that is left out of its set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Out {
    pub(crate) position: usize,
    pub(crate) code: String,
}

pub(crate) fn with_claim(code: &str, claim: Option<&str>) -> String {
    claim.map_or_else(|| code.to_owned(), |claim| format!("{code} {claim}"))
}

/// The whole corpus.
pub(crate) struct Corpus {
    pub(crate) verifiers: BTreeMap<String, Settings>,
    pub(crate) classes: Vec<Class<Case>>,
    pub(crate) keys: Vec<Class<KeyCase>>,
}

impl Corpus {
    pub(crate) fn read() -> Self {
        let mut classes: Vec<Class<Case>> =
            files("tokens").iter().map(|file| parse(file)).collect();
        classes.sort_by_key(|class| class.id.trim_start_matches('T').parse().unwrap_or(0));
        Self {
            verifiers: parse(&folder().join("verifiers.json")),
            classes,
            keys: files("keys").iter().map(|file| parse(file)).collect(),
        }
    }

    /// The settings of an ordinary verifier, with the keys of a case.
    pub(crate) fn settings_of(&self, case: &KeyCase) -> Settings {
        let mut settings = self.verifiers["HS256"].clone();
        settings.algorithms.clone_from(&case.algorithms);
        settings.keys = case.keys.clone();
        settings
    }
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/token")
}

fn files(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder().join(name)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn parse<T: DeserializeOwned>(file: &Path) -> T {
    let text = fs::read_to_string(file).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every algorithm, by its name.
pub(crate) fn algorithm(name: &str) -> Algorithm {
    let public = PublicAlgorithm::ALL.iter().copied().map(Algorithm::Public);
    let secret = SecretAlgorithm::ALL.iter().copied().map(Algorithm::Secret);
    let mut all = public.chain(secret);
    all.find(|algorithm| algorithm.as_str() == name).unwrap()
}

/// Why keys are not taken.
#[derive(Debug)]
pub(crate) enum Fault {
    Key(KeyFault),
    Set(KeySetFault),
}

impl Fault {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Key(fault) => fault.code(),
            Self::Set(fault) => fault.code(),
        }
    }
}

impl Settings {
    pub(crate) fn key_set(&self) -> Result<KeySet, Fault> {
        let algorithms: Vec<_> = self.algorithms.iter().map(|name| algorithm(name)).collect();
        let one = |key: Result<VerifyingKey, KeyFault>| {
            key.map_err(Fault::Key)
                .and_then(|key| KeySet::new([key]).map_err(Fault::Set))
        };
        match (&self.keys, algorithms.as_slice()) {
            (Keys::Jwks(text), algorithms) => {
                KeySet::from_jwks(text, algorithms).map_err(Fault::Set)
            }
            (Keys::Pem(text), [Algorithm::Public(algorithm)]) => {
                one(VerifyingKey::from_pem(text, *algorithm))
            }
            (Keys::Secret(text), [Algorithm::Secret(algorithm)]) => {
                one(VerifyingKey::from_secret(text, *algorithm))
            }
            _ => panic!("PEM and a secret are for one algorithm of their kind"),
        }
    }

    pub(crate) fn verifier(&self) -> Result<Verifier, Fault> {
        let [audience, others @ ..] = self.audiences.as_slice() else {
            panic!("a verifier has an audience")
        };
        let mut builder = Verifier::builder(&self.issuer, audience)
            .leeway(self.leeway)
            .types(self.types.iter().map(String::as_str))
            .required(self.required.iter().map(String::as_str));
        for other in others {
            builder = builder.or_audience(other);
        }
        if let Some(max_age) = self.max_age {
            builder = builder.max_age(max_age);
        }
        Ok(builder.build(self.key_set()?).unwrap())
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.now)
    }
}

/// Our own answer: the code with the claim concerned, or `accepted`.
pub(crate) fn answer(verifier: &Verifier, token: &str, now: Timestamp) -> String {
    match verifier.verify(token, now) {
        Ok(_) => "accepted".to_owned(),
        Err(refusal) => refused(&refusal),
    }
}

fn refused(refusal: &Refusal) -> String {
    with_claim(refusal.code(), refusal.claim())
}
