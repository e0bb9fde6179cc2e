//! The reasons.

use betroth_token::{JsonFault, KeyFault, KeySetFault};

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
