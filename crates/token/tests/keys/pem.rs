//! Keys in PEM and DER.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature as lc;
use aws_lc_rs::signature::KeyPair;
use betroth_token::{Algorithm, KeyFault, PublicAlgorithm, VerifyingKey};

use crate::every;

pub(crate) fn pem(label: &str, der: &[u8]) -> String {
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
