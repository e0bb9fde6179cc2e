//! The crate `jsonwebtoken`, as carefully as it can be asked.

use std::str::FromStr;

use jsonwebtoken::errors::Error;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::peers::Questions;
use crate::vectors::{Keys, Settings};

/// What is read of the claims; the types are checked by reading them.
#[derive(Deserialize)]
struct Claims {
    nbf: Option<f64>,
    iat: Option<f64>,
    sub: Option<String>,
    jti: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Claims {
    fn has(&self, name: &str) -> bool {
        match name {
            "nbf" => self.nbf.is_some(),
            "iat" => self.iat.is_some(),
            "sub" => self.sub.is_some(),
            "jti" => self.jti.is_some(),
            name => self.others.get(name).is_some_and(|value| !value.is_null()),
        }
    }
}

pub(crate) fn answers(questions: &Questions) -> Vec<bool> {
    let tokens = questions.tokens.iter();
    tokens
        .map(|(verifier, token)| accepts(&questions.verifiers[*verifier], token).unwrap_or(false))
        .collect()
}

/// The keys that may have signed, each with its one algorithm.
fn keys(settings: &Settings, token: &str) -> Result<Vec<(DecodingKey, Algorithm)>, Error> {
    let named = settings.algorithms.iter();
    let algorithms: Vec<_> = named
        .filter_map(|name| Algorithm::from_str(name).ok())
        .collect();
    match &settings.keys {
        Keys::Secret(secret) => {
            let key = DecodingKey::from_secret(secret.as_bytes());
            Ok(algorithms.iter().map(|it| (key.clone(), *it)).collect())
        }
        Keys::Pem(pem) => {
            let pem = pem.as_bytes();
            let with = |algorithm: &Algorithm| {
                let key = match algorithm.family() {
                    AlgorithmFamily::Ec => DecodingKey::from_ec_pem(pem),
                    AlgorithmFamily::Ed => DecodingKey::from_ed_pem(pem),
                    _ => DecodingKey::from_rsa_pem(pem),
                };
                key.map(|key| (key, *algorithm))
            };
            algorithms.iter().map(with).collect()
        }
        Keys::Jwks(text) => {
            let set: JwkSet = serde_json::from_str(text)?;
            let kid = jsonwebtoken::decode_header(token)?.kid;
            let named = kid.as_deref().and_then(|kid| set.find(kid));
            let nameless = set.keys.iter().filter(|key| key.common.key_id.is_none());
            let chosen: Vec<&Jwk> = named.map_or_else(|| nameless.collect(), |key| vec![key]);
            let bound = chosen
                .into_iter()
                .filter(|jwk| is_for_signatures(jwk))
                .filter_map(|jwk| Some((jwk, bound(jwk, &algorithms)?)));
            bound
                .map(|(jwk, algorithm)| DecodingKey::from_jwk(jwk).map(|key| (key, algorithm)))
                .collect()
        }
    }
}

/// The crate reads what a key is for, and leaves it to its caller.
fn is_for_signatures(jwk: &Jwk) -> bool {
    let use_ = jwk.common.public_key_use.as_ref();
    let operations = jwk.common.key_operations.as_ref();
    use_.is_none_or(|it| *it == PublicKeyUse::Signature)
        && operations.is_none_or(|it| it.contains(&KeyOperations::Verify))
}

/// The algorithm of a key: its own, or the only one of the verifier's that fits it.
fn bound(jwk: &Jwk, algorithms: &[Algorithm]) -> Option<Algorithm> {
    if let Some(own) = jwk.common.key_algorithm {
        let own = Algorithm::try_from(own).ok()?;
        return algorithms.contains(&own).then_some(own);
    }
    let family = DecodingKey::from_jwk(jwk).ok()?.family();
    let mut fitting = algorithms.iter().filter(|it| it.family() == family);
    match (fitting.next(), fitting.next()) {
        (Some(algorithm), None) => Some(*algorithm),
        _ => None,
    }
}

fn accepts(settings: &Settings, token: &str) -> Result<bool, Error> {
    for (key, algorithm) in keys(settings, token)? {
        if verify(settings, token, &key, algorithm).unwrap_or(false) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The crate reads the system's clock and takes no other. The time of the corpus is past, so a leeway that is longer by
/// the difference is `exp` at that time; `nbf` is compared here, rounded as the crate rounds it.
fn verify(
    settings: &Settings,
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> Result<bool, Error> {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[&settings.issuer]);
    validation.set_audience(&settings.audiences);
    let required = settings.required.iter().map(String::as_str);
    let required: Vec<_> = required.chain(["exp", "iss", "aud"]).collect();
    validation.set_required_spec_claims(&required);
    validation.validate_nbf = true;
    let claims = loop {
        let now = jsonwebtoken::get_current_timestamp();
        validation.leeway = now - settings.now + settings.leeway;
        let decoded = jsonwebtoken::decode::<Claims>(token, key, &validation);
        // The second must not end between the two readings of the clock.
        if jsonwebtoken::get_current_timestamp() == now {
            break decoded?.claims;
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds of this age are exact")]
    let latest = (settings.now + settings.leeway) as f64;
    let is_valid_yet = claims.nbf.is_none_or(|nbf| nbf.round() <= latest);
    let spec = ["exp", "iss", "aud"];
    let mut others = settings
        .required
        .iter()
        .filter(|name| !spec.contains(&name.as_str()));
    Ok(is_valid_yet && others.all(|name| claims.has(name)))
}
