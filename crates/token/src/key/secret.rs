use aws_lc_rs::signature as lc;
use base64_simd::STANDARD;
use betroth_contract::SecretAlgorithm;

use super::KeyFault;
use super::common::{is_common, is_monotonous};
use crate::algorithm::shortest_secret;

/// The bytes of a secret in text that is fit for `algorithm`.
pub(crate) fn accepted(secret: &str, algorithm: SecretAlgorithm) -> Result<&[u8], KeyFault> {
    let bytes = secret.as_bytes();
    accepted_bytes(bytes, algorithm)?;
    if is_monotonous(bytes) {
        let least = shortest_secret(algorithm);
        return Err(KeyFault::SecretCommon { least });
    }
    Ok(bytes)
}

/// Whether bytes that a program made are fit for `algorithm`; how random they are is not asked.
pub(super) fn accepted_bytes(secret: &[u8], algorithm: SecretAlgorithm) -> Result<(), KeyFault> {
    let least = shortest_secret(algorithm);
    let bytes = secret.len();
    if secret.trim_ascii().is_empty() {
        Err(KeyFault::SecretEmpty { least })
    } else if is_key(secret.trim_ascii()) {
        Err(KeyFault::SecretIsKey { least })
    } else if bytes < least {
        Err(KeyFault::SecretShort { bytes, least })
    } else if is_common(secret) {
        Err(KeyFault::SecretCommon { least })
    } else {
        Ok(())
    }
}

/// Whether it is a key that others may know, in whatever form (CVE-2022-29217, CVE-2026-48526).
fn is_key(secret: &[u8]) -> bool {
    const SSH: &[&str] = &["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN"];
    let Ok(text) = str::from_utf8(secret) else {
        return is_der(secret);
    };
    text.starts_with(['{', '['])
        || text.contains("-----BEGIN")
        || SSH.iter().any(|start| text.starts_with(start))
        || is_base64_of_der(text)
}

/// Whether it is a public key whose PEM has lost its first and last line.
fn is_base64_of_der(text: &str) -> bool {
    let characters: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD
        .decode_to_vec(&characters)
        .is_ok_and(|der| is_der(&der))
}

fn is_der(der: &[u8]) -> bool {
    let algorithms: [&'static dyn lc::VerificationAlgorithm; 4] = [
        &lc::ED25519,
        &lc::ECDSA_P256_SHA256_FIXED,
        &lc::ECDSA_P384_SHA384_FIXED,
        &lc::ECDSA_P521_SHA512_FIXED,
    ];
    der.first() == Some(&0x30)
        && (lc::RsaSubjectPublicKey::from_der(der).is_ok()
            || algorithms.iter().any(|algorithm| {
                // 32 bytes are any Ed25519 key, and also a good secret.
                der.len() > 32 && lc::ParsedPublicKey::new(*algorithm, der).is_ok()
            }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use SecretAlgorithm::{Hs256, Hs384, Hs512};

    fn code(secret: &str) -> &'static str {
        accepted(secret, Hs256).map_or_else(|fault| fault.code(), |_| "accepted")
    }

    #[test]
    fn a_key_is_no_secret() {
        for secret in [
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----",
            "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            " \n{ }",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
        ] {
            assert_eq!(code(secret), "secret-is-key", "{secret}");
        }
    }

    #[test]
    fn a_short_or_empty_secret_is_refused_with_the_command_that_makes_a_good_one() {
        assert_eq!(code(""), "secret-empty");
        assert_eq!(
            code(" \n\t                                    "),
            "secret-empty"
        );
        assert_eq!(code("x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe"), "secret-short");
        assert_eq!(code("x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4"), "accepted");
        let fault = accepted("short", Hs256).unwrap_err();
        assert!(
            fault.to_string().ends_with("`openssl rand -base64 32`"),
            "{fault}"
        );
        let secret = "x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4QbXo6iVn5MfKj";
        assert_eq!(
            accepted(secret, Hs384),
            Err(KeyFault::SecretShort {
                bytes: 45,
                least: 48
            })
        );
        assert_eq!(
            accepted(secret, Hs512),
            Err(KeyFault::SecretShort {
                bytes: 45,
                least: 64
            })
        );
    }

    #[test]
    fn a_secret_of_the_examples_is_refused() {
        for secret in [
            "better-auth-secret-12345678901234567890",
            "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
            "your-super-secret-jwt-key-change-this-in-production",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "12345678901234567890123456789012",
            "correct-horse-1!correct-horse-1!",
        ] {
            assert_eq!(code(secret), "secret-common", "{secret}");
        }
        for secret in [
            "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWducyBpdA==",
            "b7f3a9c21e5d4860917fa2c3d8e6b4f0b7f3a9c21e5d4860",
        ] {
            assert_eq!(code(secret), "accepted", "{secret}");
        }
    }
}
