//! What the templates name of a token: its type, and how it looks.

use betroth_contract::value::TokenType;
use betroth_contract::{Contract, KeyForm};
use betroth_source_typescript::BetterAuthConfig;
use serde_json::json;

use crate::design::markdown::{code, listed};

/// The accepted `typ`.
pub(super) fn types(contract: &Contract) -> String {
    let types = contract.token.types.iter().map(|it| match it.as_str() {
        "" => "absent".to_owned(),
        name => code(name),
    });
    listed(&types.collect::<Vec<_>>(), "or")
}

pub(super) fn header_sample(contract: &Contract) -> String {
    let algorithms = contract.keys.algorithms();
    let name = algorithms.first().map_or("EdDSA", |it| it.as_str());
    let header = match contract.keys.form() {
        KeyForm::SharedSecret => json!({ "alg": name, "typ": typ(contract, "JWT") }),
        _ if accepts_type(contract, "") => json!({ "alg": name, "kid": "example-key-1" }),
        _ => json!({ "alg": name, "kid": "example-key-1", "typ": typ(contract, "JWT") }),
    };
    pretty(&header)
}

/// Whether a token of this `typ` is accepted; the empty text is none.
pub(in crate::design) fn accepts_type(contract: &Contract, name: &str) -> bool {
    let mut types = contract.token.types.iter();
    types.any(|it| it.as_str().eq_ignore_ascii_case(name))
}

/// The `typ` of an example: `usual` where that is accepted, else the first that is.
fn typ<'a>(contract: &'a Contract, usual: &'a str) -> &'a str {
    if accepts_type(contract, usual) {
        return usual;
    }
    let mut types = contract.token.types.iter().map(TokenType::as_str);
    types.find(|it| !it.is_empty()).unwrap_or(usual)
}

pub(super) fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}")
}

/// What was read of the payload that the plugin writes.
pub(super) fn payload_seen(server: &BetterAuthConfig, contract: &Contract) -> Option<String> {
    if contract.keys.form() == KeyForm::SharedSecret {
        return None;
    }
    let jwt = server.jwt.as_ref()?;
    let place = code(&jwt.place.to_string());
    Some(match &jwt.payload {
        None => format!(
            "As read at {place}, the plugin `jwt` has no `definePayload`: it writes the whole user record into the payload, beside the claims above. Nobody may rely on those members."
        ),
        Some(claims) => {
            let claims: Vec<String> = claims.iter().map(|it| code(it)).collect();
            match claims.as_slice() {
                [] => format!(
                    "As read at {place}, `definePayload` adds nothing to `iss`, `aud`, `sub`, `iat` and `exp`."
                ),
                claims => format!(
                    "As read at {place}, `definePayload` writes {} beside `iss`, `aud`, `sub`, `iat` and `exp`.",
                    listed(claims, "and")
                ),
            }
        }
    })
}
