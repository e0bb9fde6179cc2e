//! Which libraries verify which algorithm: what was seen of each by running it.

use betroth_contract::{Algorithm, PublicAlgorithm, SecretAlgorithm};
use serde::Serialize;

/// A library as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Library {
    /// With its language and the version that was looked at.
    pub(super) name: &'static str,
    /// One for each algorithm of the contract.
    pub(super) verdicts: Vec<&'static str>,
    /// What to tell it, or to check beside it.
    pub(super) note: &'static str,
}

/// What a library makes of an algorithm.
type Verdict = fn(Algorithm) -> &'static str;

const YES: &str = "yes";
const NO: &str = "**no**";
const IF_NAMED: &str = "only if named in `algorithms=[…]`";
const UNTRIED: &str = "not tried";

/// Each library with whether it verifies a token of these algorithms.
pub(super) fn table(algorithms: &[Algorithm]) -> Vec<Library> {
    let is_secret = matches!(algorithms.first(), Some(Algorithm::Secret(_)));
    let note = |public, secret| if is_secret { secret } else { public };
    let all: [(&str, Verdict, &str); 6] = [
        (
            "PyJWT 2.15.1 (Python)",
            pyjwt,
            note(
                "install `PyJWT[crypto]`; name `audience` and `issuer`; check `typ` yourself",
                "name `audience` and `issuer`; check `typ` yourself",
            ),
        ),
        (
            "joserfc 1.8.0 (Python)",
            joserfc,
            note(
                "name `iss` and `aud` as essential claims with their values; check `typ` yourself",
                "name `iss` and `aud` as essential claims with their values; check `typ` and the length of the secret yourself",
            ),
        ),
        (
            "python-jose 3.5.0 (Python)",
            python_jose,
            note(
                "knows neither Edwards curves nor RSA-PSS",
                "name `algorithms`, `audience` and `issuer`",
            ),
        ),
        (
            "Authlib 1.9.8 (Python)",
            authlib,
            "its module `jose` is deprecated in favour of joserfc",
        ),
        (
            "jose 6.2.17 (JavaScript)",
            |_| YES,
            note(
                "give `algorithms`, `issuer`, `audience` and `typ`",
                "give `algorithms`, `issuer`, `audience` and `typ`; check the length of the secret yourself",
            ),
        ),
        (
            "jsonwebtoken 11.1.0 (Rust)",
            jsonwebtoken,
            note(
                "set `aud` and `iss` of `Validation`, and `leeway` (60 s by default); check `typ` yourself",
                "set `aud` and `iss` of `Validation`, and `leeway` (60 s by default); check `typ` and the length of the secret yourself",
            ),
        ),
    ];
    all.into_iter()
        .map(|(name, verdict, note)| Library {
            name,
            verdicts: algorithms.iter().copied().map(verdict).collect(),
            note,
        })
        .collect()
}

fn pyjwt(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Public(PublicAlgorithm::Ed25519) => NO,
        _ => YES,
    }
}

/// By itself it takes those that it recommends.
fn joserfc(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Public(PublicAlgorithm::Es256 | PublicAlgorithm::Rs256)
        | Algorithm::Secret(SecretAlgorithm::Hs256) => YES,
        _ => IF_NAMED,
    }
}

fn python_jose(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Public(
            PublicAlgorithm::Es256 | PublicAlgorithm::Es512 | PublicAlgorithm::Rs256,
        ) => YES,
        Algorithm::Public(
            PublicAlgorithm::EdDsa
            | PublicAlgorithm::Ed25519
            | PublicAlgorithm::Ps256
            | PublicAlgorithm::Ps384
            | PublicAlgorithm::Ps512,
        ) => NO,
        _ => UNTRIED,
    }
}

fn authlib(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Public(
            PublicAlgorithm::EdDsa
            | PublicAlgorithm::Es256
            | PublicAlgorithm::Es512
            | PublicAlgorithm::Rs256
            | PublicAlgorithm::Ps256,
        ) => YES,
        _ => UNTRIED,
    }
}

fn jsonwebtoken(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Public(PublicAlgorithm::Ed25519 | PublicAlgorithm::Es512) => NO,
        _ => YES,
    }
}
