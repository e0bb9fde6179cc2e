//! One JWK.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature as lc;
use aws_lc_rs::signature::KeyPair;
use betroth_token::{Algorithm, KeyFault, PublicAlgorithm, SecretAlgorithm, VerifyingKey};
use serde_json::json;

use crate::pem::pem;
use crate::{MODULUS, code, ec, ed, every, oct, rsa, with};

/// A modulus of CVE-2017-15361, from the Wycheproof vectors.
const ROCA: &str = "AanFpofbj7KjD4Lf-N2hVMKR7yewSyXhhbirIMTGpfYEhZ_lnt5UoK98DnKIgArXGTu3MaW_HhFw16HGaTDUHqPrId7fe4r11CqRw09yBFuW79V8sYIwHdzCaWflUI6auImYbVfoN9_nD5n8N8SY9DwXw7mwZM9wREPXoDPgOoIWl6q_MPsp7n0zs3Z5ZaiQWOOzl1S9OhwAfSiiOwz6efnXEaxuTEtPd7BjSx7NaFka8Dx9U7YqXy2RFj1O9PjyaDGuRh7YXsX3iMUSP_wSyHQg_c_qHRtKUsNSGCT7OZg0hzm2KphtjnayKJvC64vAbROBR4Ubg6Bxg9IQVZ-QYyE";

/// A modulus of 1024 bits.
const SHORT: &str = "rJBIp6T1YK-RtPyvYqFFlcucqewSAA_IReSFchE8qyiQrbARqRlXWkB2DR8j_pJQnIpYELbQWZC5Cd0PTGAU8rMbar2AW6zpmBbi7aQf17lUBdt8XI9M9rq7FPVQ1dDdUXm1SVH_9qqWhvMPR422SbfHBEzCAtzK0ANDRo6qz78";

#[test]
fn a_sound_key_is_taken_under_its_one_algorithm() {
    for jwk in [rsa(), ec(), ed(), oct()] {
        let key = VerifyingKey::from_jwk(&jwk.to_string(), &every()).unwrap();
        assert_eq!(key.algorithm().as_str(), jwk["alg"].as_str().unwrap());
        assert_eq!(key.kid(), jwk["kid"].as_str());
    }
    assert_eq!(
        code(&with(
            ec(),
            json!({"use": "sig", "key_ops": ["verify"], "x5c": ["…"], "ext": true})
        )),
        "accepted"
    );
    assert_eq!(code(&with(ed(), json!({"alg": "Ed25519"}))), "accepted");
}

#[test]
fn a_key_without_alg_takes_the_only_one_that_fits() {
    let bare = with(rsa(), json!({"alg": null})).to_string();
    let [rs, ps, es] = [
        PublicAlgorithm::Rs256,
        PublicAlgorithm::Ps256,
        PublicAlgorithm::Es256,
    ]
    .map(Algorithm::Public);
    assert_eq!(
        VerifyingKey::from_jwk(&bare, &[es, ps])
            .unwrap()
            .algorithm(),
        ps
    );
    assert_eq!(
        VerifyingKey::from_jwk(&bare, &[rs, ps]).unwrap_err(),
        KeyFault::AlgorithmUnclear
    );
    assert_eq!(
        VerifyingKey::from_jwk(&bare, &[es]).unwrap_err(),
        KeyFault::AlgorithmUnclear
    );
    assert_eq!(
        VerifyingKey::from_jwk(&rsa().to_string(), &[es]).unwrap_err(),
        KeyFault::AlgorithmNotAccepted
    );
}

#[test]
fn an_unsound_key_is_told_why() {
    let cases = [
        (with(rsa(), json!({"n": ROCA})), "key-roca"),
        (with(rsa(), json!({"n": SHORT})), "key-rsa-short"),
        (with(rsa(), json!({"e": "AQ"})), "key-rsa-exponent"),
        (with(rsa(), json!({"e": "AQAA"})), "key-rsa-exponent"),
        (with(rsa(), json!({"e": "AQAAAAAB"})), "key-rsa-exponent"),
        (with(rsa(), json!({"e": "AAEAAQ"})), "key-member"),
        (with(rsa(), json!({"n": null})), "key-member"),
        (
            with(rsa(), json!({"n": format!("AA{MODULUS}")})),
            "key-member",
        ),
        (
            with(rsa(), json!({"n": format!("{MODULUS}==")})),
            "key-member",
        ),
        (with(rsa(), json!({"n": "/".repeat(342)})), "key-member"),
        (with(rsa(), json!({"n": "f".repeat(1400)})), "key-rsa-long"),
        (
            with(rsa(), json!({"n": format!("{}A", &MODULUS[..341])})),
            "key-unsound",
        ),
        (with(rsa(), json!({"use": "enc"})), "key-use"),
        (with(rsa(), json!({"use": ["sig"]})), "key-use"),
        (with(rsa(), json!({"key_ops": ["encrypt"]})), "key-ops"),
        (with(rsa(), json!({"key_ops": ["sign"]})), "key-ops"),
        (with(rsa(), json!({"key_ops": "verify"})), "key-ops"),
        (
            with(rsa(), json!({"key_ops": ["verify", "verify"]})),
            "key-ops",
        ),
        (with(rsa(), json!({"key_ops": []})), "key-ops"),
        (with(rsa(), json!({"d": "AQAB"})), "key-private"),
        (with(ed(), json!({"d": "AQAB"})), "key-private"),
        (with(rsa(), json!({"alg": "RSA-OAEP"})), "key-alg-unknown"),
        (with(rsa(), json!({"alg": "none"})), "key-alg-unknown"),
        (with(rsa(), json!({"alg": 256})), "key-member"),
        (with(rsa(), json!({"alg": "ES256"})), "key-kind-mismatch"),
        (with(rsa(), json!({"alg": "HS256"})), "key-kind-mismatch"),
        (with(ec(), json!({"alg": "ES521"})), "key-alg-unknown"),
        (with(ec(), json!({"alg": "ES384"})), "key-curve-mismatch"),
        (with(ec(), json!({"crv": "P-384"})), "key-curve-mismatch"),
        (with(ec(), json!({"crv": null})), "key-curve-mismatch"),
        (
            with(ec(), json!({"crv": "secp256k1", "alg": "ES256K"})),
            "key-alg-unknown",
        ),
        (with(ec(), json!({"kty": "RSA"})), "key-kind-mismatch"),
        (
            with(
                ec(),
                json!({"y": "UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgnw"}),
            ),
            "key-unsound",
        ),
        (with(ec(), json!({"x": "AA", "y": "AA"})), "key-member"),
        (with(ed(), json!({"crv": "Ed448"})), "key-curve-mismatch"),
        (with(ed(), json!({"x": "A".repeat(43)})), "key-unsound"),
        (
            with(ed(), json!({"x": format!("AQ{}", "A".repeat(41))})),
            "key-unsound",
        ),
        (
            with(
                ed(),
                json!({"x": "7P_______________________________________38"}),
            ),
            "key-unsound",
        ),
        (
            with(
                ed(),
                json!({"x": "7f_______________________________________38"}),
            ),
            "key-unsound",
        ),
        (
            with(
                ed(),
                json!({"x": "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o"}),
            ),
            "key-unsound",
        ),
        (
            with(
                ed(),
                json!({"x": "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o"}),
            ),
            "key-unsound",
        ),
        (
            with(
                ed(),
                json!({"x": "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU"}),
            ),
            "key-unsound",
        ),
        (with(oct(), json!({"k": ""})), "secret-empty"),
        (
            with(
                oct(),
                json!({"k": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg"}),
            ),
            "secret-short",
        ),
        (with(oct(), json!({"alg": "HS384"})), "secret-short"),
        (with(oct(), json!({"alg": "A256GCM"})), "key-alg-unknown"),
        (with(oct(), json!({"kid": 7})), "key-kid-malformed"),
        (with(oct(), json!({"kid": ""})), "key-kid-malformed"),
        (
            with(oct(), json!({"kid": "../../dev/null"})),
            "key-kid-malformed",
        ),
        (with(oct(), json!({"kty": "AKP"})), "key-private"),
        (
            json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}),
            "key-kind-unknown",
        ),
        (json!({"alg": "RS256"}), "key-member"),
    ];
    for (jwk, expected) in cases {
        assert_eq!(code(&jwk), expected, "{jwk}");
    }
}

#[test]
fn a_secret_in_a_jwk_is_held_to_the_same() {
    let of = |secret: &[u8]| {
        let k = base64_simd::URL_SAFE_NO_PAD.encode_to_string(secret);
        code(&with(oct(), json!({ "k": k })))
    };
    let pair = lc::EcdsaKeyPair::generate(&lc::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let spki = AsDer::<aws_lc_rs::encoding::PublicKeyX509Der>::as_der(pair.public_key()).unwrap();
    assert_eq!(of(spki.as_ref()), "secret-is-key");
    assert_eq!(
        of(pem("PUBLIC KEY", spki.as_ref()).as_bytes()),
        "secret-is-key"
    );
    assert_eq!(of(ed().to_string().as_bytes()), "secret-is-key");
    assert_eq!(
        of(b"better-auth-secret-12345678901234567890"),
        "secret-common"
    );
    assert_eq!(
        of(b"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"),
        "secret-common"
    );
    assert_eq!(
        of(b"your-super-secret-jwt-key-change-this-in-production"),
        "secret-common"
    );
    assert_eq!(of(b"x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe"), "secret-short");
    assert_eq!(of(b"x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4"), "accepted");
}

#[test]
fn a_thumbprint_is_that_of_the_standard() {
    // RFC 7638 §3.1.
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let key =
        VerifyingKey::from_jwk(&with(rsa(), json!({ "n": n })).to_string(), &every()).unwrap();
    assert_eq!(
        key.thumbprint().as_deref(),
        Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    );
    let secret = VerifyingKey::from_jwk(&oct().to_string(), &every()).unwrap();
    assert_eq!((secret.thumbprint(), secret.to_jwk()), (None, None));
}

#[test]
fn a_key_does_not_show_itself() {
    let secret =
        VerifyingKey::from_secret("x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4", SecretAlgorithm::Hs256)
            .unwrap();
    assert!(!format!("{secret:?}").contains("x3Jq"));
}
