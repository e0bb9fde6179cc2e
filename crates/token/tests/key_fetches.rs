//! How often a key set is fetched, whatever is asked, with a simulated clock.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod issuer;

use betroth_token::{Ask, Fetch, KeyPolicy, KeyPolicySettings};
use issuer::{ALGORITHMS, at, cold, ordered, set, warm};
use proptest::prelude::*;

fn order(ask: Ask) -> Option<Fetch> {
    match ask {
        Ask::Fetch(fetch) | Ask::Refresh(fetch) => Some(fetch),
        _ => None,
    }
}

#[test]
fn ten_thousand_invented_kids_in_a_minute_cause_at_most_six_fetches() {
    for mut policy in [cold(), warm(&["a"])] {
        let mut fetches = 0;
        for number in 0..10_000_u64 {
            let now = at(1000 + number * 60 / 10_000);
            if let Some(fetch) = order(policy.look(Some(&format!("invented-{number}")), now)) {
                fetches += 1;
                assert!(policy.fetched(fetch, set(&["a"]), now, number));
            }
        }
        assert!((2..=6).contains(&fetches), "{fetches}");
    }
}

#[test]
fn a_thousand_at_once_on_a_cold_start_cause_one_fetch() {
    let mut policy = cold();
    let fetch = ordered(policy.look(Some("a"), at(0)));
    for number in 1..1000 {
        let kid = (number % 2 == 0).then_some("a");
        assert_eq!(policy.look(kid, at(0)), Ask::Wait { until: at(5) });
    }
    assert!(policy.fetched(fetch, set(&["a"]), at(2), 0));
    for _ in 0..1000 {
        assert_eq!(policy.look(Some("a"), at(2)), Ask::Use);
    }
}

#[test]
fn a_rotated_key_is_accepted_under_a_flood_within_the_interval() {
    let mut policy = warm(&["old"]);
    let rotation = 137;
    let mut accepted = None;
    for second in 100..200 {
        let kids: &[&str] = if second < rotation {
            &["old"]
        } else {
            &["old", "new"]
        };
        for number in 0..200 {
            let ask = policy.look(Some(&format!("{second}-{number}")), at(second));
            if let Some(fetch) = order(ask) {
                assert!(policy.fetched(fetch, set(kids), at(second), 0));
            }
        }
        assert_eq!(policy.look(Some("old"), at(second)), Ask::Use);
        if second >= rotation {
            match policy.look(Some("new"), at(second)) {
                Ask::Use => accepted = accepted.or(Some(second)),
                Ask::Unavailable { .. } => assert_eq!(accepted, None),
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(accepted.unwrap() <= rotation + KeyPolicySettings::default().fetch_interval);
}

#[test]
fn a_clock_that_goes_back_allows_no_further_fetch() {
    let mut policy = cold();
    for _ in 0..2 {
        let fetch = ordered(policy.look(Some("a"), at(100)));
        policy.failed(fetch, None, at(100));
    }
    assert_eq!(
        policy.look(Some("a"), at(0)),
        Ask::Unavailable { retry_after: 15 }
    );
}

/// What can happen to a policy.
#[derive(Clone, Debug)]
enum Event {
    Pass(u64),
    Look(Option<u8>),
    Fetched(u8, u64),
    Failed(Option<u64>),
}

fn event() -> impl Strategy<Value = Event> {
    let seconds = prop_oneof![8 => 0..20_u64, 2 => 0..400_u64, 1 => 0..100_000_u64];
    prop_oneof![
        2 => seconds.prop_map(Event::Pass),
        5 => prop::option::weighted(0.9, 0..9_u8).prop_map(Event::Look),
        2 => (0..4_u8, any::<u64>()).prop_map(|(keys, jitter)| Event::Fetched(keys, jitter)),
        1 => prop::option::of(0..500_u64).prop_map(Event::Failed),
    ]
}

proptest! {
    #[test]
    fn no_sequence_of_events_fetches_twice_at_a_time_nor_more_than_the_bucket_allows(
        events in prop::collection::vec(event(), 1..300),
        burst in 1..4_u32,
        interval in 1..30_u64,
        timeout in 1..20_u64,
    ) {
        let settings = KeyPolicySettings {
            fetch_burst: burst,
            fetch_interval: interval,
            fetch_timeout: timeout,
            ..KeyPolicySettings::default()
        };
        let mut policy = KeyPolicy::new(ALGORITHMS, settings);
        let (mut now, mut held) = (0, 0);
        let mut fetch: Option<Fetch> = None;
        let mut begun: Vec<u64> = Vec::new();
        for event in events {
            match event {
                Event::Pass(seconds) => now += seconds,
                Event::Look(kid) => {
                    let kid = kid.map(|kid| kid.to_string());
                    let ask = policy.look(kid.as_deref(), at(now));
                    let known = policy.keys().keys().iter().any(|key| kid.is_none() || key.kid() == kid.as_deref());
                    let is_under_way = fetch.as_ref().is_some_and(|fetch| at(now) <= fetch.deadline());
                    match &ask {
                        Ask::Use | Ask::Refresh(_) => prop_assert!(known),
                        Ask::Wait { until } => prop_assert!(is_under_way && at(now) <= *until),
                        Ask::Unavailable { retry_after } => prop_assert!(*retry_after > 0 && !known && !is_under_way),
                        Ask::Unknown => prop_assert!(!known && !policy.keys().keys().is_empty()),
                        Ask::Fetch(_) => {}
                    }
                    if let Some(order) = order(ask) {
                        prop_assert!(!is_under_way && now >= held);
                        begun.push(now);
                        fetch = Some(order);
                    }
                }
                Event::Fetched(keys, jitter) => if let Some(fetch) = fetch.take() {
                    let kids: Vec<_> = (0..keys).map(|kid| kid.to_string()).collect();
                    let kids: Vec<_> = kids.iter().map(String::as_str).collect();
                    let in_time = at(now) <= fetch.deadline();
                    prop_assert_eq!(policy.fetched(fetch, set(&kids), at(now), jitter), in_time);
                },
                Event::Failed(wish) => if let Some(fetch) = fetch.take() {
                    if at(now) <= fetch.deadline() {
                        held = now + wish.unwrap_or(0).min(300);
                    }
                    policy.failed(fetch, wish, at(now));
                },
            }
        }
        for (first, start) in begun.iter().enumerate() {
            for (last, end) in begun.iter().enumerate().skip(first) {
                let count = (last - first + 1) as u64;
                prop_assert!(count <= u64::from(burst) + (end - start) / interval);
            }
        }
    }
}
