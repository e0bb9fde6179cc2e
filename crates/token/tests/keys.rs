//! Which keys are taken, and with what reason the others are not.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature as lc;
use aws_lc_rs::signature::KeyPair;
use betroth_token::{
    Algorithm, JsonFault, KeyFault, KeySet, KeySetFault, PublicAlgorithm, SecretAlgorithm,
    VerifyingKey,
};
use serde_json::{Value, json};

/// A sound modulus of 2048 bits.
const MODULUS: &str = "kqGboBfAWttWPCA-0cGRgsY6SaYoIARt0B_PkaEcIq9HPYNdu9n6UuWHuuTHrjF_ZoQW97r5HaAorNvrMEGTGdxCHZdEtkHvNVVmrtxTBLiQCbCozXhFoIrVcr3qUBrdGnNn_M3jJi7Wg7p_-x62nS5gNG875oyheRkutHsQXikFZwsN3q_TsPNOVlCiHy8mxzaFTUQGm-X8UYexFyAivlDSjgDJLAZSWfxd7k9Gxuwa3AUfQqQcVcegmgKGCaErQ3qQbh1x7WB6iopE3_-GZ8HMAVtR9AmrVscqYsnjhaCehfAI0iKKs8zXr8tISc0ORbaalrkk03H1ZrsEnDKEWQ";

/// A modulus of CVE-2017-15361, from the Wycheproof vectors.
const ROCA: &str = "AanFpofbj7KjD4Lf-N2hVMKR7yewSyXhhbirIMTGpfYEhZ_lnt5UoK98DnKIgArXGTu3MaW_HhFw16HGaTDUHqPrId7fe4r11CqRw09yBFuW79V8sYIwHdzCaWflUI6auImYbVfoN9_nD5n8N8SY9DwXw7mwZM9wREPXoDPgOoIWl6q_MPsp7n0zs3Z5ZaiQWOOzl1S9OhwAfSiiOwz6efnXEaxuTEtPd7BjSx7NaFka8Dx9U7YqXy2RFj1O9PjyaDGuRh7YXsX3iMUSP_wSyHQg_c_qHRtKUsNSGCT7OZg0hzm2KphtjnayKJvC64vAbROBR4Ubg6Bxg9IQVZ-QYyE";

/// A modulus of 1024 bits.
const SHORT: &str = "rJBIp6T1YK-RtPyvYqFFlcucqewSAA_IReSFchE8qyiQrbARqRlXWkB2DR8j_pJQnIpYELbQWZC5Cd0PTGAU8rMbar2AW6zpmBbi7aQf17lUBdt8XI9M9rq7FPVQ1dDdUXm1SVH_9qqWhvMPR422SbfHBEzCAtzK0ANDRo6qz78";

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

fn set(keys: &[Value]) -> Result<KeySet, KeySetFault> {
    KeySet::from_jwks(&json!({ "keys": keys }).to_string(), &every())
}

/// The reason of each key that is out, by its position.
fn out(keys: &[Value]) -> Vec<(usize, &'static str)> {
    let set = set(keys).unwrap();
    assert_eq!(set.keys().len() + set.refused().len(), keys.len());
    set.refused()
        .iter()
        .map(|key| (key.position, key.fault.code()))
        .collect()
}

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
fn one_bad_key_leaves_the_others() {
    let bad = with(ec(), json!({"kid": "b", "use": "enc"}));
    let unknown = json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "u", "pub": "AA"});
    assert_eq!(
        out(&[rsa(), bad, ec(), unknown, ed()]),
        [(1, "key-use"), (3, "key-kind-unknown")]
    );
    let named = set(&[with(rsa(), json!({"e": "AQ"}))]).unwrap();
    assert_eq!(named.refused()[0].kid.as_deref(), Some("r"));
}

#[test]
fn two_keys_of_one_kid_are_both_out() {
    let twin = with(ec(), json!({"kid": "r"}));
    assert_eq!(
        out(&[rsa(), ed(), twin]),
        [(0, "key-kid-duplicate"), (2, "key-kid-duplicate")]
    );
    let written = r#"{"keys":[KEY,{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","k\u0069d":"\u0072","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    let written = written.replace("KEY", &rsa().to_string());
    assert!(
        KeySet::from_jwks(&written, &every())
            .unwrap()
            .keys()
            .is_empty()
    );
    // One that is out for another reason makes the other no less ambiguous.
    let other = with(rsa(), json!({"use": "enc"}));
    assert_eq!(
        out(&[rsa(), other]),
        [(0, "key-kid-duplicate"), (1, "key-use")]
    );
}

#[test]
fn keys_without_a_kid_are_bounded() {
    let bare = with(ed(), json!({"kid": null}));
    let keys = vec![bare; 6];
    assert_eq!(out(&keys), [(4, "key-kid-absent"), (5, "key-kid-absent")]);
}

#[test]
fn a_set_that_shows_too_much_is_refused_as_a_whole() {
    assert_eq!(set(&[rsa(), oct()]).unwrap_err(), KeySetFault::Mixed);
    assert_eq!(
        set(&[rsa(), with(oct(), json!({"use": "enc", "alg": "dir"}))]).unwrap_err(),
        KeySetFault::Mixed
    );
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert_eq!(
            set(&[ec(), with(rsa(), json!({ member: "AQAB" }))]).unwrap_err(),
            KeySetFault::Private,
            "{member}"
        );
    }
    assert_eq!(set(&vec![ed(); 101]).unwrap_err(), KeySetFault::TooManyKeys);
    let text = |text: &str| KeySet::from_jwks(text, &every()).unwrap_err().code();
    assert_eq!(text("<html>"), "key-set-not-json");
    assert_eq!(text(r#"{"keys":[],"keys":[]}"#), "key-set-not-json");
    assert_eq!(text(r#"{"keys":{}}"#), "key-set-no-keys");
    assert_eq!(text(r#"{"keys":[null]}"#), "key-set-no-keys");
    assert_eq!(text(&rsa().to_string()), "key-set-no-keys");
    assert_eq!(text(&" ".repeat(256 * 1024 + 1)), "key-set-too-long");
    assert!(set(&[]).unwrap().keys().is_empty());
    assert_eq!(
        set(&[oct(), with(oct(), json!({"kid": "t"}))])
            .unwrap()
            .keys()
            .len(),
        2
    );
}

#[test]
fn keys_that_are_held_already_do_not_mix_either() {
    let secret = VerifyingKey::from_jwk(&oct().to_string(), &every()).unwrap();
    let public = VerifyingKey::from_jwk(&ed().to_string(), &every()).unwrap();
    assert_eq!(
        KeySet::new([secret.clone(), public.clone()]).unwrap_err(),
        KeySetFault::Mixed
    );
    let many = vec![public.clone(); 101];
    assert_eq!(KeySet::new(many).unwrap_err(), KeySetFault::TooManyKeys);
    let twins = KeySet::new([public.clone(), public]).unwrap();
    assert_eq!((twins.keys().len(), twins.refused().len()), (0, 2));
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = base64_simd::STANDARD.encode_to_string(der);
    let lines: Vec<_> = body
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

#[test]
fn pem_and_der_are_read_in_both_forms() {
    let pair = lc::RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let spki = pair.public_key().as_der().unwrap();
    let pkcs1 = pair.public_key().as_ref();
    let key =
        VerifyingKey::from_pem(&pem("PUBLIC KEY", spki.as_ref()), PublicAlgorithm::Ps384).unwrap();
    let other =
        VerifyingKey::from_pem(&pem("RSA PUBLIC KEY", pkcs1), PublicAlgorithm::Ps384).unwrap();
    assert_eq!(key.thumbprint(), other.thumbprint());
    assert_eq!(key.algorithm(), Algorithm::Public(PublicAlgorithm::Ps384));
    for der in [spki.as_ref(), pkcs1] {
        let longer = [der, &[0]].concat();
        assert!(VerifyingKey::from_der(&longer, PublicAlgorithm::Rs256).is_err());
        assert_eq!(
            VerifyingKey::from_der(der, PublicAlgorithm::Es256).unwrap_err(),
            KeyFault::KindMismatch
        );
        assert_eq!(
            VerifyingKey::from_der(der, PublicAlgorithm::EdDsa).unwrap_err(),
            KeyFault::KindMismatch
        );
    }
    let curves = [
        (
            &lc::ECDSA_P256_SHA256_FIXED_SIGNING,
            PublicAlgorithm::Es256,
            PublicAlgorithm::Es384,
        ),
        (
            &lc::ECDSA_P384_SHA384_FIXED_SIGNING,
            PublicAlgorithm::Es384,
            PublicAlgorithm::Es512,
        ),
        (
            &lc::ECDSA_P521_SHA512_FIXED_SIGNING,
            PublicAlgorithm::Es512,
            PublicAlgorithm::Es256,
        ),
    ];
    for (signing, own, other) in curves {
        let pair = lc::EcdsaKeyPair::generate(signing).unwrap();
        let spki =
            AsDer::<aws_lc_rs::encoding::PublicKeyX509Der>::as_der(pair.public_key()).unwrap();
        let key = VerifyingKey::from_pem(&pem("PUBLIC KEY", spki.as_ref()), own).unwrap();
        assert_eq!(
            VerifyingKey::from_jwk(&key.to_jwk().unwrap(), &every())
                .unwrap()
                .thumbprint(),
            key.thumbprint()
        );
        assert!(VerifyingKey::from_der(spki.as_ref(), other).is_err());
        assert!(VerifyingKey::from_der(&[spki.as_ref(), &[0]].concat(), own).is_err());
    }
    let spki = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----";
    let key = VerifyingKey::from_pem(spki, PublicAlgorithm::EdDsa).unwrap();
    // RFC 8037, appendix A.3.
    assert_eq!(
        key.thumbprint().as_deref(),
        Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    );
}

#[test]
fn what_is_no_public_key_in_pem_is_told_why() {
    let pair = lc::EcdsaKeyPair::generate(&lc::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let private = pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref());
    let good = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----";
    let cases = [
        (private.as_str(), "key-private"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "key-certificate",
        ),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
            "key-encrypted",
        ),
        (
            "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
            "key-not-pem",
        ),
        (
            "-----BEGIN PUBLIC KEY-----\nA*\n-----END PUBLIC KEY-----",
            "key-not-pem",
        ),
        (
            "-----BEGIN EC PARAMETERS-----\nAAAA\n-----END EC PARAMETERS-----",
            "key-not-pem",
        ),
        ("-----BEGIN PUBLIC KEY-----", "key-not-pem"),
        (&format!("{good}\n{good}"), "key-not-pem"),
        ("", "key-not-pem"),
    ];
    for (text, expected) in cases {
        let key = VerifyingKey::from_pem(text, PublicAlgorithm::EdDsa);
        assert_eq!(
            key.map_or_else(|fault| fault.code(), |_| "accepted"),
            expected,
            "{text}"
        );
    }
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

#[test]
fn each_fault_has_a_code_of_its_own() {
    let least = 32;
    let keys = [
        KeyFault::AlgorithmNotAccepted,
        KeyFault::AlgorithmUnknown,
        KeyFault::AlgorithmUnclear,
        KeyFault::Certificate,
        KeyFault::CurveMismatch,
        KeyFault::DuplicateKid,
        KeyFault::Encrypted,
        KeyFault::KeyOps,
        KeyFault::KidMalformed,
        KeyFault::KindMismatch,
        KeyFault::KindUnknown,
        KeyFault::Member("x"),
        KeyFault::NotJson(JsonFault::Syntax),
        KeyFault::NotPem,
        KeyFault::PrivateKey,
        KeyFault::PublicKey,
        KeyFault::Roca,
        KeyFault::RsaExponent,
        KeyFault::RsaLong,
        KeyFault::RsaShort(1024),
        KeyFault::SecretCommon { least },
        KeyFault::SecretEmpty { least },
        KeyFault::SecretIsKey { least },
        KeyFault::SecretShort { bytes: 1, least },
        KeyFault::TooManyWithoutKid,
        KeyFault::Unsound,
        KeyFault::Use,
    ];
    let sets = [
        KeySetFault::Mixed,
        KeySetFault::NoKeys,
        KeySetFault::NotJson(JsonFault::Syntax),
        KeySetFault::Private,
        KeySetFault::TooLong,
        KeySetFault::TooManyKeys,
    ];
    let codes = keys.iter().map(KeyFault::code);
    let codes: Vec<_> = codes.chain(sets.iter().map(KeySetFault::code)).collect();
    for (index, code) in codes.iter().enumerate() {
        let kebab = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        assert!(code.bytes().all(kebab), "{code}");
        assert!(!codes[..index].contains(code), "{code} twice");
    }
}
