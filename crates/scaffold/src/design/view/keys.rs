//! What the templates name of keys, and of what each side must keep to itself.

use betroth_contract::{
    Algorithm, Contract, KeyForm, Keys, PublicAlgorithm, Secret, SecretAlgorithm, Setting,
};
use minijinja::{Value, context};

use crate::design::markdown::code;
use crate::design::said::{Values, variables};

/// What a signature is checked with: in a few words, as steps of the checklist, and at length.
pub(super) fn keys(contract: &Contract, values: &Values<'_>) -> Value {
    let bound = "The key is for exactly this `alg`; a key never serves two.".to_owned();
    let mut text = None;
    let (phrase, steps, signature) = match &contract.keys {
        Keys::Jwks { .. } => {
            let at = values.jwks_url().text;
            (
                format!("the issuer's published key set (JWKS) at {at}"),
                vec![
                    "The key is the one of the set whose `kid` is equal byte for byte; where there is none, one of the set that has no `kid`, of this `alg`. An unknown `kid` causes one fetch of the set (see below) and is then refused; no set at hand is 503.".to_owned(),
                    bound,
                ],
                "The issuer signs with its private key, which never leaves it. The verifier holds the public keys of the set alone, so it can check every token and write none.".to_owned(),
            )
        }
        Keys::PublicKey { public_key, .. } => {
            let from = match &**public_key {
                Setting::Literal(key) => {
                    text = Some(key.as_str().trim().to_owned());
                    "the contract (it stands at the head of this document)".to_owned()
                }
                Setting::Environment { names, .. } => variables(names.as_slice()),
            };
            (
                format!("one public key, from {from}"),
                vec![
                    format!("The key is the one public key, PEM or JWK, from {from}. `kid` chooses nothing; with a JWK that has a `kid`, the token's must be the same."),
                    if contract.keys.algorithms().len() > 1 {
                        "Of these `alg`, the key is for one alone, and any other is refused.".to_owned()
                    } else {
                        bound
                    },
                ],
                "The issuer signs with its private key, which never leaves it. The verifier holds the one public key, so it can check every token and write none; it asks nobody over the network.".to_owned(),
            )
        }
        Keys::SharedSecret { secret, algorithms } => {
            let from = variables(secret.names());
            let bytes = algorithms
                .iter()
                .map(|it| match it {
                    SecretAlgorithm::Hs256 => 32,
                    SecretAlgorithm::Hs384 => 48,
                    SecretAlgorithm::Hs512 => 64,
                })
                .max()
                .unwrap_or(32);
            (
                format!("a secret that both sides hold: {from}"),
                vec![
                    format!(
                        "The key is the bytes of the text of {from} in UTF-8, not decoded from base64 or hex, and at least {bytes} bytes long; a verifier with a shorter one must not start. `kid` chooses nothing."
                    ),
                    "The MAC is compared in constant time.".to_owned(),
                ],
                format!(
                    "An HMAC under the secret of {from}: the bytes of its text in UTF-8, as they are (no decoding from base64 or hex), at least {bytes} of them (RFC 7518 §3.2). **The same secret checks and writes**: whoever can verify a token can make one for anybody."
                ),
            )
        }
    };
    let made: Vec<String> = contract
        .keys
        .algorithms()
        .into_iter()
        .map(|it| format!("{} is {}.", code(it.as_str()), made(it)))
        .collect();
    let signature = format!("{signature} {}", made.join(" "));
    let kid = match contract.keys.form() {
        KeyForm::PublicKey => {
            "may be absent; it chooses nothing here. With a JWK that has a `kid`, it must be there and the same"
        }
        _ => "may be absent; it chooses nothing here",
    };
    context! { form => contract.keys.form().as_str(), phrase, text, kid, steps, signature }
}

/// What an algorithm is (RFC 7518 §3, RFC 8037, RFC 9864).
fn made(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Secret(SecretAlgorithm::Hs256) => "HMAC with SHA-256, 32 bytes",
        Algorithm::Secret(SecretAlgorithm::Hs384) => "HMAC with SHA-384, 48 bytes",
        Algorithm::Secret(SecretAlgorithm::Hs512) => "HMAC with SHA-512, 64 bytes",
        Algorithm::Public(algorithm) => match algorithm {
            PublicAlgorithm::EdDsa | PublicAlgorithm::Ed25519 => {
                "Ed25519 (JWK: `kty` OKP, `crv` Ed25519), 64 bytes"
            }
            PublicAlgorithm::Es256 => {
                "ECDSA on P-256 with SHA-256: R and S one after the other, 64 bytes, not DER"
            }
            PublicAlgorithm::Es384 => {
                "ECDSA on P-384 with SHA-384: R and S one after the other, 96 bytes, not DER"
            }
            PublicAlgorithm::Es512 => {
                "ECDSA on P-521 with SHA-512: R and S one after the other, 132 bytes, not DER"
            }
            PublicAlgorithm::Ps256 => "RSASSA-PSS with SHA-256",
            PublicAlgorithm::Ps384 => "RSASSA-PSS with SHA-384",
            PublicAlgorithm::Ps512 => "RSASSA-PSS with SHA-512",
            PublicAlgorithm::Rs256 => "RSASSA-PKCS1-v1_5 with SHA-256",
            PublicAlgorithm::Rs384 => "RSASSA-PKCS1-v1_5 with SHA-384",
            PublicAlgorithm::Rs512 => "RSASSA-PKCS1-v1_5 with SHA-512",
        },
    }
}

/// What a side must have, with where it comes from and who may hold it.
pub(super) fn secrets(contract: &Contract, is_better_auth: bool) -> Vec<Value> {
    let row = |what: &str, from: String, holders: &str| context! { what, from, holders };
    let mut rows = Vec::new();
    let names = |secret: &Secret| variables(secret.names());
    match &contract.keys {
        Keys::Jwks { .. } => rows.push(row(
            "the issuer's private key",
            if is_better_auth {
                "Better Auth's own database, table `jwks`, encrypted with `BETTER_AUTH_SECRET`".to_owned()
            } else {
                "the issuer's own affair".to_owned()
            },
            if contract.session.is_some() && is_better_auth {
                "the issuer; but an API that holds both that secret and the database could read it, so let its user not read the table `jwks`"
            } else {
                "the issuer alone"
            },
        )),
        Keys::PublicKey { .. } => rows.push(row(
            "the issuer's private key",
            "the issuer's own affair; a verifier has the public one, which is no secret".to_owned(),
            "the issuer alone",
        )),
        Keys::SharedSecret { secret, .. } => rows.push(row(
            "the secret of the tokens",
            names(secret),
            "the token route and the API; nobody else",
        )),
    }
    if let Some(session) = &contract.session {
        rows.push(row(
            "the secret that signs sessions",
            names(&session.secret),
            "the issuer and the API",
        ));
        if let betroth_contract::Lookup::Database(database) = &session.lookup {
            rows.push(row(
                "the address of the issuer's database, with a password",
                names(database),
                "the issuer, and the API as a user who may read `session`, `user` and, if it is there, `member`; never `account`, `verification`, `jwks`",
            ));
        }
    }
    rows
}
