//! What is answered for a token while keys come, grow old and are replaced, with a simulated clock.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod issuer;

use betroth_token::limits::KEY_SET_BYTES;
use betroth_token::{
    Algorithm, Ask, Fetch, KeyPolicy, KeyPolicySettings, KeySet, PublicAlgorithm, Refusal, Signer,
    VerifyingKey, key_set,
};
use issuer::{ALGORITHMS, at, cold, ordered, set, warm};

#[track_caller]
fn refreshing(ask: Ask) -> Fetch {
    match ask {
        Ask::Refresh(fetch) => fetch,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rotated_key_is_accepted_within_one_fetch() {
    let mut policy = warm(&["old"]);
    assert_eq!(policy.look(Some("old"), at(100)), Ask::Use);
    let fetch = ordered(policy.look(Some("new"), at(100)));
    assert_eq!(
        policy.look(Some("old"), at(100)),
        Ask::Use,
        "nobody waits for another's key"
    );
    assert!(policy.fetched(fetch, set(&["old", "new"]), at(101), 0));
    assert_eq!(policy.look(Some("new"), at(101)), Ask::Use);
}

#[test]
fn a_withdrawn_key_is_used_no_more_after_the_next_fetch() {
    let mut policy = warm(&["a", "b"]);
    let fetch = refreshing(policy.look(Some("b"), at(290)));
    assert!(policy.fetched(fetch, set(&["a"]), at(290), 0));
    let fetch = ordered(policy.look(Some("b"), at(290)));
    assert!(policy.fetched(fetch, set(&["a"]), at(290), 0));
    assert_eq!(policy.look(Some("b"), at(290)), Ask::Unknown);
    assert_eq!(policy.look(Some("a"), at(290)), Ask::Use);
}

#[test]
fn keys_are_fetched_ahead_by_one_while_the_others_use_them() {
    for (jitter, due) in [(0, 210), (60, 270), (61, 210), (u64::MAX, 225)] {
        let mut policy = cold();
        let fetch = ordered(policy.look(None, at(0)));
        assert!(policy.fetched(fetch, set(&["a"]), at(3), jitter));
        assert_eq!(policy.look(Some("a"), at(due - 1)), Ask::Use, "{jitter}");
        let _fetch = refreshing(policy.look(Some("a"), at(due)));
        assert_eq!(policy.look(Some("a"), at(due)), Ask::Use);
    }
}

#[test]
fn after_a_silence_all_wait_for_fresh_keys() {
    let mut policy = warm(&["a"]);
    let fetch = ordered(policy.look(Some("a"), at(300)));
    assert_eq!(
        policy.look(Some("a"), at(301)),
        Ask::Wait { until: at(305) }
    );
    policy.failed(fetch, None, at(302));
    let _fetch = refreshing(policy.look(Some("a"), at(302)));
    assert_eq!(policy.look(Some("a"), at(302)), Ask::Use);
    let fetch = ordered(policy.look(Some("a"), at(305 + 303)));
    assert_eq!(
        fetch.deadline(),
        at(305 + 303 + 5),
        "the failure was long ago"
    );
}

#[test]
fn while_a_fetch_hangs_stale_keys_serve_after_its_deadline() {
    let mut policy = warm(&["a"]);
    let _hanging = ordered(policy.look(Some("a"), at(300)));
    assert_eq!(
        policy.look(Some("a"), at(305)),
        Ask::Wait { until: at(305) }
    );
    let _fetch = refreshing(policy.look(Some("a"), at(306)));
    assert_eq!(policy.look(Some("a"), at(306)), Ask::Use);
}

#[test]
fn an_outage_of_hours_serves_known_keys_up_to_the_bound() {
    let mut policy = warm(&["a"]);
    let day = KeyPolicySettings::default().greatest_age;
    let none = Ask::Unavailable { retry_after: 15 };
    for second in 1..day {
        match policy.look(Some("a"), at(second)) {
            Ask::Use => {}
            Ask::Refresh(fetch) => policy.failed(fetch, None, at(second)),
            other => panic!("{second}: {other:?}"),
        }
        if second == day / 2 {
            assert_eq!(policy.look(Some("b"), at(second)), none);
        }
    }
    let fetch = ordered(policy.look(Some("a"), at(day)));
    assert!(policy.keys().keys().is_empty());
    policy.failed(fetch, None, at(day));
    assert_eq!(policy.look(Some("a"), at(day)), none);
    let fetch = ordered(policy.look(Some("a"), at(day + 15)));
    assert!(policy.fetched(fetch, set(&["a"]), at(day + 15), 0));
    assert_eq!(policy.look(Some("a"), at(day + 15)), Ask::Use);
}

#[test]
fn an_answer_that_is_no_key_set_leaves_the_keys_as_they_are() {
    let huge = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(KEY_SET_BYTES));
    let private = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"b","x":"AA","d":"AA"}]}"#;
    for body in [
        "",
        "<!doctype html>",
        r#"{"message":"moved"}"#,
        private,
        &huge,
    ] {
        assert!(KeySet::from_jwks(body, ALGORITHMS).is_err());
        let mut policy = warm(&["a"]);
        let fetch = ordered(policy.look(Some("b"), at(100)));
        policy.failed(fetch, None, at(100));
        assert_eq!(policy.look(Some("a"), at(100)), Ask::Use);
        assert_eq!(policy.keys().keys().len(), 1);
    }
}

#[test]
fn without_keys_nothing_is_unknown() {
    let mut policy = cold();
    for _ in 0..2 {
        let fetch = ordered(policy.look(Some("a"), at(0)));
        assert!(policy.fetched(fetch, set(&[]), at(0), 0));
    }
    assert_eq!(
        policy.look(Some("a"), at(0)),
        Ask::Unavailable { retry_after: 15 }
    );
    assert_eq!(
        policy.look(None, at(4)),
        Ask::Unavailable { retry_after: 11 }
    );
    let _fetch = ordered(policy.look(None, at(15)));
}

#[test]
fn a_wish_to_retry_later_is_honoured_up_to_a_bound() {
    for (wish, wait) in [
        (Some(100), 100),
        (Some(u64::MAX), 300),
        (Some(0), 0),
        (None, 0),
    ] {
        let mut policy = cold();
        let fetch = ordered(policy.look(Some("a"), at(0)));
        policy.failed(fetch, wish, at(1));
        if wait > 0 {
            assert_eq!(
                policy.look(Some("a"), at(1)),
                Ask::Unavailable { retry_after: wait }
            );
            assert_eq!(
                policy.look(Some("a"), at(wait)),
                Ask::Unavailable { retry_after: 1 }
            );
        }
        let _fetch = ordered(policy.look(Some("a"), at(1 + wait)));
    }
}

#[test]
fn known_keys_are_used_while_the_issuer_wants_no_fetch() {
    let mut policy = warm(&["a"]);
    let fetch = refreshing(policy.look(Some("a"), at(250)));
    policy.failed(fetch, Some(200), at(250));
    assert_eq!(policy.look(Some("a"), at(449)), Ask::Use);
    assert_eq!(
        policy.look(Some("b"), at(449)),
        Ask::Unavailable { retry_after: 1 }
    );
    let _fetch = refreshing(policy.look(Some("a"), at(450)));
}

#[test]
fn an_unknown_kid_is_refused_without_a_fetch_for_its_time() {
    let mut policy = warm(&["a"]);
    let fetch = ordered(policy.look(Some("b"), at(100)));
    assert!(policy.fetched(fetch, set(&["a"]), at(100), 0));
    for second in 100..160 {
        assert_eq!(policy.look(Some("b"), at(second)), Ask::Unknown);
    }
    let _fetch = ordered(policy.look(Some("b"), at(160)));
}

#[test]
fn a_kid_asked_for_during_a_fetch_is_decided_by_the_next() {
    let mut policy = warm(&["a"]);
    let first = ordered(policy.look(Some("b"), at(100)));
    assert_eq!(
        policy.look(Some("c"), at(101)),
        Ask::Wait { until: at(105) }
    );
    assert!(policy.fetched(first, set(&["a"]), at(102), 0));
    assert_eq!(policy.look(Some("b"), at(102)), Ask::Unknown);
    let second = ordered(policy.look(Some("c"), at(102)));
    assert!(policy.fetched(second, set(&["a"]), at(103), 0));
    assert_eq!(policy.look(Some("c"), at(103)), Ask::Unknown);
}

#[test]
fn a_kid_asked_for_while_no_fetch_is_allowed_is_decided_by_the_next() {
    let mut policy = warm(&["a"]);
    for kid in ["b", "c"] {
        let fetch = ordered(policy.look(Some(kid), at(100)));
        assert!(policy.fetched(fetch, set(&["a"]), at(100), 0));
    }
    for kid in ["d", "e"] {
        let ask = policy.look(Some(kid), at(101));
        assert_eq!(ask, Ask::Unavailable { retry_after: 14 });
    }
    let fetch = ordered(policy.look(Some("d"), at(115)));
    assert!(policy.fetched(fetch, set(&["a", "e"]), at(115), 0));
    assert_eq!(policy.look(Some("d"), at(115)), Ask::Unknown);
    assert_eq!(policy.look(Some("e"), at(115)), Ask::Use);
}

#[test]
fn a_failed_fetch_makes_no_kid_unknown() {
    let mut policy = warm(&["a"]);
    for _ in 0..2 {
        let fetch = ordered(policy.look(Some("b"), at(100)));
        policy.failed(fetch, None, at(100));
    }
    let ask = policy.look(Some("b"), at(100));
    assert_eq!(ask, Ask::Unavailable { retry_after: 15 });
}

#[test]
fn more_unknown_kids_than_the_bound_are_forgotten_not_refused() {
    let settings = KeyPolicySettings {
        unknown_kids: 2,
        ..KeyPolicySettings::default()
    };
    let mut policy = KeyPolicy::new(ALGORITHMS, settings);
    let fetch = ordered(policy.look(None, at(0)));
    assert!(policy.fetched(fetch, set(&["a"]), at(0), 0));
    let fetch = ordered(policy.look(Some("b"), at(0)));
    assert!(policy.fetched(fetch, set(&["a"]), at(0), 0));
    assert_eq!(policy.look(Some("b"), at(1)), Ask::Unknown);
    for kid in ["c", "d"] {
        assert_eq!(
            policy.look(Some(kid), at(1)),
            Ask::Unavailable { retry_after: 14 }
        );
    }
    assert_eq!(
        policy.look(Some("b"), at(1)),
        Ask::Unavailable { retry_after: 14 }
    );
}

#[test]
fn a_fetch_that_hangs_ends_at_its_deadline_and_brings_nothing_later() {
    let mut policy = cold();
    let hanging = ordered(policy.look(Some("a"), at(0)));
    assert_eq!(hanging.deadline(), at(5));
    assert_eq!(policy.look(Some("a"), at(5)), Ask::Wait { until: at(5) });
    let fetch = ordered(policy.look(Some("a"), at(6)));
    assert!(!policy.fetched(hanging, set(&["b"]), at(6), 0));
    assert!(policy.keys().keys().is_empty());
    assert!(policy.fetched(fetch, set(&["a"]), at(7), 0));
    assert_eq!(policy.look(Some("a"), at(7)), Ask::Use);
}

#[test]
fn a_key_without_kid_answers_for_any() {
    let key = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let pem = key.verifying_key().to_pem().unwrap();
    let key = VerifyingKey::from_pem(&pem, PublicAlgorithm::EdDsa).unwrap();
    let mut policy = cold();
    let fetch = ordered(policy.look(None, at(0)));
    assert!(policy.fetched(fetch, KeySet::new([key]).unwrap(), at(0), 0));
    assert_eq!(policy.look(Some("any"), at(0)), Ask::Use);
}

#[test]
fn a_key_without_kid_answers_for_no_other_algorithm() {
    let both = [PublicAlgorithm::EdDsa, PublicAlgorithm::Es256].map(Algorithm::Public);
    let mut policy = KeyPolicy::new(&both, KeyPolicySettings::default());
    let fetch = ordered(policy.look(None, at(0)));
    let pem = Signer::generate(PublicAlgorithm::EdDsa)
        .unwrap()
        .verifying_key()
        .to_pem()
        .unwrap();
    let bare = VerifyingKey::from_pem(&pem, PublicAlgorithm::EdDsa).unwrap();
    let fetched = |key: &VerifyingKey| KeySet::from_jwks(&key_set([key]), &both).unwrap();
    assert!(policy.fetched(fetch, fetched(&bare), at(0), 0));
    let rotated = Signer::generate(PublicAlgorithm::Es256).unwrap();
    let token = rotated.sign("{}").unwrap();
    let fetch = ordered(policy.look_for(&token, at(30)).unwrap());
    assert!(policy.fetched(fetch, fetched(rotated.verifying_key()), at(30), 0));
    assert_eq!(policy.look_for(&token, at(30)), Ok(Ask::Use));
}

#[test]
fn a_token_that_no_key_could_save_causes_no_fetch() {
    let mut policy = cold();
    assert_eq!(policy.look(Some("../a"), at(0)), Ask::Unknown);
    assert_eq!(policy.look_for("a.b", at(0)), Err(Refusal::Parts));
    let es = Signer::generate(PublicAlgorithm::Es256).unwrap();
    let refused = policy.look_for(es.sign("{}").unwrap(), at(0));
    assert_eq!(refused, Err(Refusal::AlgorithmNotAccepted));
    let ed = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let token = ed.sign("{}").unwrap();
    let fetch = ordered(policy.look_for(&token, at(0)).unwrap());
    let keys = KeySet::new([ed.verifying_key().clone()]).unwrap();
    assert!(policy.fetched(fetch, keys, at(0), 0));
    assert_eq!(policy.look_for(&token, at(0)), Ok(Ask::Use));
    assert_eq!(policy.keys().signed_payload(&token), Ok(b"{}".to_vec()));
}
