//! The key set as `betroth-token` would keep it, in as few lines as these tests need.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use betroth_better_auth::KeySetSignature;
use serde_json::Value;

/// Whether a signature holds under the key of its id and algorithm.
pub(crate) fn holds(keys: &[Value], signature: KeySetSignature<'_>) -> bool {
    let KeySetSignature {
        kid,
        alg,
        message,
        signature,
    } = signature;
    let Some(key) = keys
        .iter()
        .find(|key| key["kid"] == kid && key["alg"] == alg)
    else {
        return false;
    };
    let part = |name: &str| {
        base64_simd::URL_SAFE_NO_PAD
            .decode_to_vec(key[name].as_str().unwrap())
            .unwrap()
    };
    let point = || [vec![4], part("x"), part("y")].concat();
    let held = match alg {
        "EdDSA" => UnparsedPublicKey::new(&ED25519, part("x")).verify(message, signature),
        "ES256" => {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point()).verify(message, signature)
        }
        "ES512" => {
            UnparsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point()).verify(message, signature)
        }
        "PS256" | "RS256" => {
            let algorithm = if alg == "RS256" {
                &RSA_PKCS1_2048_8192_SHA256
            } else {
                &RSA_PSS_2048_8192_SHA256
            };
            let key = RsaPublicKeyComponents {
                n: part("n"),
                e: part("e"),
            };
            key.verify(algorithm, message, signature)
        }
        _ => return false,
    };
    held.is_ok()
}
