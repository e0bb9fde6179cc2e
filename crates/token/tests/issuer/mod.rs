//! An issuer's key sets, a simulated clock, and policies that have seen them.

use betroth_token::{
    Algorithm, Ask, Fetch, KeyPolicy, KeyPolicySettings, KeySet, PublicAlgorithm, Timestamp,
};

pub(crate) const ALGORITHMS: &[Algorithm] = &[Algorithm::Public(PublicAlgorithm::EdDsa)];

const START: u64 = 1_800_000_000;

/// `seconds` after the beginning of a test.
pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(START + seconds)
}

/// The key of RFC 8037, appendix A, under each `kid`.
pub(crate) fn set(kids: &[&str]) -> KeySet {
    let key = |kid: &&str| {
        format!(
            r#"{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"{kid}","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}"#
        )
    };
    let keys: Vec<_> = kids.iter().map(key).collect();
    KeySet::from_jwks(&format!(r#"{{"keys":[{}]}}"#, keys.join(",")), ALGORITHMS).unwrap()
}

pub(crate) fn cold() -> KeyPolicy {
    KeyPolicy::new(ALGORITHMS, KeyPolicySettings::default())
}

/// A policy that has fetched the keys `kids` at 0.
pub(crate) fn warm(kids: &[&str]) -> KeyPolicy {
    let mut policy = cold();
    let fetch = ordered(policy.look(Some("any"), at(0)));
    assert!(policy.fetched(fetch, set(kids), at(0), 0));
    policy
}

#[track_caller]
pub(crate) fn ordered(ask: Ask) -> Fetch {
    match ask {
        Ask::Fetch(fetch) => fetch,
        other => panic!("{other:?}"),
    }
}
