//! The vectors of others: Project Wycheproof for JWS and JWK, the JOSE cookbook (RFC 7520, RFC 7797, RFC 8037).

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test stops where it cannot go on, and says what it leaves out"
)]

use std::fs;
use std::path::PathBuf;

use betroth_token::{
    Algorithm, KeySet, PublicAlgorithm, Refusal, SecretAlgorithm, Signer, VerifyingKey,
};
use serde_json::{Value, json};

/// A file of the vectors; says so where they are absent.
fn read(path: &str) -> Option<Value> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors");
    #[expect(
        clippy::disallowed_methods,
        reason = "where the vectors are is the machine's own"
    )]
    let root = PathBuf::from(std::env::var_os("BETROTH_VECTORS").unwrap_or_else(|| beside.into()));
    let file = root.join(path);
    if let Ok(text) = fs::read(&file) {
        return Some(serde_json::from_slice(&text).unwrap());
    }
    println!("skipped: no vectors at {}", file.display());
    None
}

fn every() -> Vec<Algorithm> {
    let public = PublicAlgorithm::ALL.iter().copied().map(Algorithm::Public);
    public
        .chain(SecretAlgorithm::ALL.iter().copied().map(Algorithm::Secret))
        .collect()
}

fn set(keys: &Value) -> Option<KeySet> {
    let text = match keys.get("keys") {
        Some(_) => keys.to_string(),
        None => json!({ "keys": [keys] }).to_string(),
    };
    KeySet::from_jwks(&text, &every()).ok()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Each test of a file whose verdict differs from ours.
fn differences(file: &Value) -> (usize, Vec<(u64, String)>) {
    let (mut count, mut differences) = (0, Vec::new());
    for group in file["testGroups"].as_array().unwrap() {
        let keys = set(group.get("public").unwrap_or(&group["private"]));
        for test in group["tests"].as_array().unwrap() {
            count += 1;
            let token = text(&test["jws"]);
            let verdict = match &keys {
                Some(keys) => keys
                    .signed_payload(&token)
                    .map_or_else(|refusal| refusal.code(), |_| "accepted"),
                None => "no key set",
            };
            if (verdict == "accepted") != (test["result"] == "valid") {
                differences.push((test["tcId"].as_u64().unwrap(), verdict.to_owned()));
            }
        }
    }
    (count, differences)
}

fn token(file: &Value, id: u64) -> Option<&Value> {
    let groups = file["testGroups"].as_array()?.iter();
    let mut tests = groups.flat_map(|group| group["tests"].as_array().into_iter().flatten());
    tests
        .find(|test| test["tcId"] == id)
        .map(|test| &test["jws"])
}

#[test]
fn wycheproof_jws() {
    let Some(file) = read("wycheproof/json_web_signature_test.json") else {
        return;
    };
    let (count, differences) = differences(&file);
    assert_eq!(count, 401);
    let expected = [
        // Marked valid. The key says PS256, and the token PS384: a key is for one algorithm (RFC 8725 §3.1).
        (346, "alg-mismatch"),
        // Marked valid. The key says `ES521`, which is no algorithm (RFC 7518 §3.1).
        (347, "keys-unavailable"),
        // As 346 and 347, with `key_ops`.
        (350, "alg-mismatch"),
        (351, "keys-unavailable"),
        // Marked invalid, and the same bytes under the same key as 357, which is marked valid.
        (367, "accepted"),
        (370, "accepted"),
        // Marked valid. A character outside of base64url in the header, and in the payload (RFC 7515 §2).
        (372, "header-not-base64url"),
        (373, "claims-not-base64url"),
    ];
    let tokens: Vec<_> = [357, 367, 370].iter().map(|id| token(&file, *id)).collect();
    assert!(tokens[0].is_some() && tokens.iter().all(|token| *token == tokens[0]));
    let differences: Vec<_> = differences
        .iter()
        .map(|(id, code)| (*id, code.as_str()))
        .collect();
    assert_eq!(differences, expected);
}

#[test]
fn wycheproof_jwk() {
    let Some(file) = read("wycheproof/json_web_key_test.json") else {
        return;
    };
    assert_eq!(differences(&file), (26, Vec::new()));
}

/// The payload and the key of a cookbook example, with its compact form.
fn cookbook(path: &str) -> Option<(String, Value, String)> {
    let example = read(path)?;
    let input = &example["input"];
    let token = text(&example["output"]["compact"]);
    Some((text(&input["payload"]), input["key"].clone(), token))
}

/// The verdict on a cookbook token, with the key bound to the example's algorithm.
fn verdict(key: &Value, algorithm: &str, token: &str) -> Result<Vec<u8>, Refusal> {
    let mut key = key.clone();
    // The examples show the private key too.
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        key.as_object_mut().unwrap().remove(private);
    }
    key["alg"] = algorithm.into();
    let key = VerifyingKey::from_jwk(&key.to_string(), &every()).unwrap();
    KeySet::new([key]).unwrap().signed_payload(token)
}

#[test]
fn cookbook_signatures_hold() {
    for (path, algorithm) in [
        ("cookbook/jws/4_1.rsa_v15_signature.json", "RS256"),
        ("cookbook/jws/4_2.rsa-pss_signature.json", "PS384"),
        ("cookbook/jws/4_3.ecdsa_signature.json", "ES512"),
        (
            "cookbook/jws/4_4.hmac-sha2_integrity_protection.json",
            "HS256",
        ),
        ("cookbook/curve25519/jws.json", "EdDSA"),
    ] {
        let Some((payload, key, token)) = cookbook(path) else {
            return;
        };
        assert_eq!(
            verdict(&key, algorithm, &token).as_deref(),
            Ok(payload.as_bytes()),
            "{path}"
        );
    }
}

#[test]
fn cookbook_forms_that_are_no_jwt_are_refused() {
    let detached = "cookbook/jws/4_5.signature_with_detached_content.json";
    let unencoded = "cookbook/rfc7797/hmac-sha2_b64_false.json";
    for (path, code) in [(detached, "signature-invalid"), (unencoded, "crit-present")] {
        let Some((_, key, token)) = cookbook(path) else {
            return;
        };
        let refusal = verdict(&key, "HS256", &token).unwrap_err();
        assert_eq!(refusal.code(), code, "{path}");
    }
    let Some(several) = read("cookbook/jws/4_8.multiple_signatures.json") else {
        return;
    };
    let token = several["output"]["json"].to_string();
    assert!(verdict(&several["input"]["key"][2], "HS256", &token).is_err());
}

#[test]
fn cookbook_private_keys_sign_for_their_public_ones() {
    for (private, public, algorithm) in [
        ("3_2.ec_private_key.json", "3_1.ec_public_key.json", "ES512"),
        (
            "3_4.rsa_private_key.json",
            "3_3.rsa_public_key.json",
            "PS256",
        ),
    ] {
        let (Some(mut private), Some(mut public)) = (
            read(&format!("cookbook/jwk/{private}")),
            read(&format!("cookbook/jwk/{public}")),
        ) else {
            return;
        };
        for key in [&mut private, &mut public] {
            key["alg"] = algorithm.into();
        }
        let signer = Signer::from_jwk(&private.to_string(), &every()).unwrap();
        let token = signer.sign(r#"{"sub":"bilbo"}"#).unwrap();
        let keys = set(&public).unwrap();
        assert_eq!(keys.signed_payload(token).unwrap(), br#"{"sub":"bilbo"}"#);
        assert!(set(&private).is_none());
    }
}
