//! Which keys are taken, and with what reason the others are not.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod fault;
mod jwk;
mod pem;
mod set;

use betroth_token::{Algorithm, PublicAlgorithm, SecretAlgorithm, VerifyingKey};
use serde_json::{Value, json};

/// A sound modulus of 2048 bits.
const MODULUS: &str = "kqGboBfAWttWPCA-0cGRgsY6SaYoIARt0B_PkaEcIq9HPYNdu9n6UuWHuuTHrjF_ZoQW97r5HaAorNvrMEGTGdxCHZdEtkHvNVVmrtxTBLiQCbCozXhFoIrVcr3qUBrdGnNn_M3jJi7Wg7p_-x62nS5gNG875oyheRkutHsQXikFZwsN3q_TsPNOVlCiHy8mxzaFTUQGm-X8UYexFyAivlDSjgDJLAZSWfxd7k9Gxuwa3AUfQqQcVcegmgKGCaErQ3qQbh1x7WB6iopE3_-GZ8HMAVtR9AmrVscqYsnjhaCehfAI0iKKs8zXr8tISc0ORbaalrkk03H1ZrsEnDKEWQ";

fn every() -> Vec<Algorithm> {
    let public = PublicAlgorithm::ALL.iter().copied().map(Algorithm::Public);
    let secret = SecretAlgorithm::ALL.iter().copied().map(Algorithm::Secret);
    public.chain(secret).collect()
}

fn rsa() -> Value {
    json!({"kty": "RSA", "alg": "RS256", "kid": "r", "n": MODULUS, "e": "AQAB"})
}

fn ec() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "e",
        "x": "04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY", "y": "UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw",
    })
}

/// The key of RFC 8037, appendix A.
fn ed() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "o", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
}

fn oct() -> Value {
    json!({"kty": "oct", "alg": "HS256", "kid": "s", "k": "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE"})
}

/// `key` with other members; `null` takes one away.
fn with(mut key: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        if value.is_null() {
            key.as_object_mut().unwrap().remove(name);
        } else {
            key[name] = value.clone();
        }
    }
    key
}

fn code(jwk: &Value) -> &'static str {
    let key = VerifyingKey::from_jwk(&jwk.to_string(), &every());
    key.map_or_else(|fault| fault.code(), |_| "accepted")
}
