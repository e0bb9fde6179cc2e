//! Any text is a key set or is told why not, and each of its keys is taken or told why not; what is taken can be
//! published and read back.
//!
//! `mkdir -p fuzz/corpus/jwk_set && cargo +nightly fuzz run jwk_set fuzz/corpus/jwk_set fuzz/seeds/jwk_set -- -max_len=8192`

#![no_main]

use betroth_token::{Algorithm, KeySet, PublicAlgorithm, SecretAlgorithm, VerifyingKey, key_set};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let public = PublicAlgorithm::ALL.iter().copied().map(Algorithm::Public);
    let every: Vec<_> = public
        .chain(SecretAlgorithm::ALL.iter().copied().map(Algorithm::Secret))
        .collect();
    for algorithm in PublicAlgorithm::ALL {
        let _ = VerifyingKey::from_pem(text, *algorithm);
    }
    let _ = VerifyingKey::from_secret(text, SecretAlgorithm::Hs256);
    match KeySet::from_jwks(text, &every) {
        Err(fault) => assert!(!fault.code().is_empty()),
        Ok(set) => {
            for key in set.refused() {
                assert!(!key.fault.code().is_empty());
            }
            let public = set
                .keys()
                .iter()
                .filter(|key| matches!(key.algorithm(), Algorithm::Public(_)));
            let again = KeySet::from_jwks(&key_set(set.keys()), &every).unwrap();
            assert_eq!(again.keys().len(), public.count());
        }
    }
});
