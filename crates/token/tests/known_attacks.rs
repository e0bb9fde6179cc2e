//! Attacks that have worked on others, as they were carried out. `SECURITY.md` has the list.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod forge;

use aws_lc_rs::hmac;
use betroth_token::{Algorithm, KeySet, PublicAlgorithm, SecretAlgorithm, Signer, Verifier};
use forge::*;
use serde_json::json;

const LONG_SECRET: &str = "x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4Qb7Xo6iVn5MfKj2x3Jq0vB7kLm2Nf9Rt";

fn signers() -> Vec<Signer> {
    let public = PublicAlgorithm::ALL.iter().map(|it| Signer::generate(*it));
    let secret = SecretAlgorithm::ALL
        .iter()
        .map(|it| Signer::from_secret(LONG_SECRET, *it));
    public.chain(secret).map(Result::unwrap).collect()
}

fn trusting(signer: &Signer) -> Verifier {
    let keys = KeySet::new([signer.verifying_key().clone()]).unwrap();
    Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap()
}

fn good() -> String {
    claims(json!({}))
}

#[test]
fn a_token_without_a_signature_is_refused_under_every_algorithm() {
    for signer in signers() {
        let verifier = trusting(&signer);
        let token = signer.sign(&good()).unwrap();
        let (text, _) = token.rsplit_once('.').unwrap();
        assert_eq!(verdict(&verifier, &token), "accepted");
        assert_eq!(verdict(&verifier, format!("{text}.")), "signature-missing");
        assert_eq!(verdict(&verifier, text), "token-parts");
        for none in ["none", "None", "NONE", "nOnE", "none\u{0}", ""] {
            let header = json!({ "alg": none }).to_string();
            let bare = format!("{}.{}", encode(header), encode(good()));
            for token in [format!("{bare}."), format!("{bare}.AAAA")] {
                assert_eq!(verdict(&verifier, token), "alg-not-accepted");
            }
        }
    }
}

#[test]
fn a_signature_is_as_long_as_its_algorithm_has_it() {
    for signer in signers() {
        let verifier = trusting(&signer);
        let token = signer.sign(&good()).unwrap();
        let (text, signature) = token.rsplit_once('.').unwrap();
        let signature = base64_simd::URL_SAFE_NO_PAD
            .decode_to_vec(signature)
            .unwrap();
        let end = signature.len();
        let others = [
            signature[..end - 1].to_vec(),
            signature[1..].to_vec(),
            signature[..1].to_vec(),
            signature[..end / 2].to_vec(),
            [&signature[..], &[0]].concat(),
            [&[0], &signature[..]].concat(),
            [&signature[..], &signature[..]].concat(),
        ];
        for other in others {
            assert_eq!(
                verdict(&verifier, format!("{text}.{}", encode(other))),
                "signature-malformed",
                "{}",
                signer.verifying_key().algorithm().as_str()
            );
        }
        for filling in [0, 1, 0xFF] {
            assert_eq!(
                verdict(&verifier, format!("{text}.{}", encode(vec![filling; end]))),
                "signature-invalid"
            );
        }
    }
}

/// What an attacker has: the public key, in every text that it is published as.
#[test]
fn a_token_signed_with_the_text_of_the_public_key_is_refused() {
    for algorithm in PublicAlgorithm::ALL {
        let signer = Signer::generate(*algorithm).unwrap();
        let key = signer.verifying_key();
        let pem = key.to_pem().unwrap();
        let jwk = key.to_jwk().unwrap();
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = base64_simd::STANDARD.decode_to_vec(&body).unwrap();
        let texts = [pem.as_bytes(), pem.trim().as_bytes(), jwk.as_bytes(), &der];
        let both = [
            Algorithm::Public(*algorithm),
            Algorithm::Secret(SecretAlgorithm::Hs256),
        ];
        // Even where the contract has both algorithms, which it should not.
        let set = KeySet::from_jwks(&format!(r#"{{"keys":[{jwk}]}}"#), &both).unwrap();
        let confused = trusting(&signer).with_keys(set);
        for text in texts {
            let mac = hmac::Key::new(hmac::HMAC_SHA256, text);
            let kid = json!({"alg": "HS256", "kid": key.kid()}).to_string();
            for (header, code) in [
                (r#"{"alg":"HS256"}"#, "kid-missing"),
                (&*kid, "alg-mismatch"),
            ] {
                let signed = format!("{}.{}", encode(header), encode(good()));
                let token = format!("{signed}.{}", encode(hmac::sign(&mac, signed.as_bytes())));
                assert_eq!(verdict(&trusting(&signer), &token), "alg-not-accepted");
                assert_eq!(verdict(&confused, &token), code);
            }
        }
        for text in [&pem, &jwk, &body] {
            let secret = Signer::from_secret(text, SecretAlgorithm::Hs256);
            assert_eq!(secret.unwrap_err().code(), "secret-is-key");
        }
    }
}

#[test]
fn a_key_that_the_token_brings_along_is_not_used() {
    let ours = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let theirs = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let jwk: serde_json::Value =
        serde_json::from_str(&theirs.verifying_key().to_jwk().unwrap()).unwrap();
    let kid = ours.verifying_key().kid().unwrap();
    let key = theirs.to_pem().unwrap();
    let body: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64_simd::STANDARD.decode_to_vec(&body).unwrap();
    let pair = aws_lc_rs::signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).unwrap();
    for extra in [
        json!({ "jwk": jwk }),
        json!({"jku": "https://evil.example/jwks.json"}),
        json!({"x5u": "https://evil.example/chain.pem"}),
        json!({"x5c": ["MIIB"], "x5t": "AAAA"}),
        json!({"jku": "file:///dev/null", "jwk": jwk}),
    ] {
        let mut header = json!({"alg": "EdDSA", "kid": kid});
        header.as_object_mut().unwrap().extend(
            extra
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        for (kid, code) in [
            (json!(kid), "signature-invalid"),
            (jwk["kid"].clone(), "kid-unknown"),
        ] {
            header["kid"] = kid;
            let signed = format!("{}.{}", encode(header.to_string()), encode(good()));
            let token = format!("{signed}.{}", encode(pair.sign(signed.as_bytes())));
            assert_eq!(verdict(&trusting(&ours), token), code, "{header}");
        }
    }
}

#[test]
fn five_parts_are_refused_whatever_they_promise() {
    let plain = format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(good()));
    for header in [
        json!({"alg": "PBES2-HS256+A128KW", "enc": "A128CBC-HS256", "p2s": "AAAA", "p2c": 2_147_483_647}),
        json!({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}),
        json!({"alg": "RSA1_5", "enc": "A128GCM"}),
        json!({"alg": "ECDH-ES", "enc": "A128GCM", "epk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}),
        json!({"alg": "HS256", "enc": "A256GCM", "cty": "JWT"}),
    ] {
        let header = encode(header.to_string());
        let token = format!("{header}.AAAA.AAAA.{}.AAAA", encode(&plain));
        assert_eq!(verdict(&verifier(), &token), "token-encrypted");
        assert_eq!(
            verdict(
                &verifier(),
                format!("{header}..AAAA.{}.AAAA", encode(&plain))
            ),
            "token-encrypted"
        );
        let three = verdict(&verifier(), signed_parts(&header, &encode(good())));
        assert_eq!(three, "token-encrypted");
    }
}

#[test]
fn a_token_in_json_is_none() {
    let token = signed(r#"{"alg":"HS256"}"#, good());
    let [header, payload, signature]: [&str; 3] =
        token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let forged = encode(claims(json!({"sub": "admin"})));
    for text in [
        // Read as one token for its signature, and as another for its claims (CVE-2022-39227).
        format!(
            r#"{{"{header}.{forged}.":"","protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#
        ),
        format!(
            r#"{{"payload":"{forged}","signatures":[{{"header":{{"alg":"HS256"}},"signature":"{signature}"}}]}}"#
        ),
        format!("{header}.{forged}.{{\"signature\":\"{signature}\"}}"),
        format!("{header}.{payload}.{signature}\n{header}.{forged}.{signature}"),
        format!("{header}.{payload}.{signature},{header}.{forged}"),
    ] {
        let verdict = verdict(&verifier(), &text);
        assert_ne!(verdict, "accepted", "{text}");
    }
}

#[test]
fn a_refusal_repeats_nothing_of_the_token_nor_of_what_was_expected() {
    let told = |token: &[u8]| {
        let refusal = verifier().verify(token, NOW).unwrap_err();
        format!(
            "{refusal} {refusal:?} {} {}",
            refusal.code(),
            refusal.description()
        )
    };
    let secret = "marked-by-the-attacker";
    let header = json!({"alg": "HS256", "kid": secret}).to_string();
    let plain = r#"{"alg":"HS256"}"#;
    let right = signed(plain, good());
    let (text, signature) = right.rsplit_once('.').unwrap();
    let forged = format!("{text}.{}", "A".repeat(43));
    let tokens = [
        signed(&header, claims(json!({"iss": secret}))),
        signed(plain, claims(json!({"aud": secret}))),
        signed(plain, claims(json!({"aud": [secret, 7]}))),
        signed(plain, claims(json!({"exp": secret}))),
        signed(plain, claims(json!({"sub": [secret]}))),
        signed(plain, claims(json!({"act": secret}))),
        signed(plain, format!(r#"{{"{secret}":1,"{secret}":2}}"#)),
        signed(json!({"alg": secret}).to_string(), good()),
        signed(json!({"alg": "HS256", "typ": secret}).to_string(), good()),
        signed(
            json!({"alg": "HS256", "crit": [secret]}).to_string(),
            good(),
        ),
        signed(json!({"alg": "HS256", "kid": [secret]}).to_string(), good()),
        secret.to_owned(),
        format!("{secret}.{secret}.{secret}"),
        forged,
    ];
    for token in tokens {
        let told = told(token.as_bytes());
        for hidden in [secret, ISSUER, AUDIENCE, signature, SECRET] {
            assert!(!told.contains(hidden), "{told}");
        }
    }
}
