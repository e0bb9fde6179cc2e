//! Our own verifier gives each verdict of the corpus, code and claim exact.

use std::collections::{BTreeMap, BTreeSet};

use crate::vectors::{Corpus, answer};

#[test]
fn every_token_gets_its_verdict() {
    let corpus = Corpus::read();
    let verifiers: BTreeMap<_, _> = corpus
        .verifiers
        .iter()
        .map(|(name, settings)| {
            (
                name.as_str(),
                (settings.verifier().unwrap(), settings.now()),
            )
        })
        .collect();
    let mut wrong = Vec::new();
    for class in &corpus.classes {
        for case in &class.cases {
            let (verifier, now) = &verifiers[case.verifier.as_str()];
            let given = answer(verifier, &case.token, *now);
            if given != case.expected() {
                wrong.push(format!(
                    "{}: {}: {given}, not {}",
                    class.id,
                    case.name,
                    case.expected()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_key_gets_its_verdict() {
    let corpus = Corpus::read();
    let mut wrong = Vec::new();
    for file in &corpus.keys {
        for case in &file.cases {
            let settings = corpus.settings_of(case);
            let mut given = vec![match settings.key_set() {
                Ok(_) => "taken".to_owned(),
                Err(fault) => fault.code().to_owned(),
            }];
            let mut expected = vec![case.verdict.clone()];
            if let Ok(set) = settings.key_set() {
                let refused = set.refused().iter();
                given.extend(refused.map(|key| format!("{} {}", key.position, key.fault.code())));
                let out = case.out.iter();
                expected.extend(out.map(|out| format!("{} {}", out.position, out.code)));
            }
            if let (Ok(verifier), Some(token)) = (settings.verifier(), &case.token) {
                given.push(answer(&verifier, token, settings.now()));
                expected.extend(case.token_verdict.clone());
            }
            if given != expected {
                wrong.push(format!(
                    "{}: {}: {given:?}, not {expected:?}",
                    file.id, case.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The codes in a source file: each stands behind an arrow of `fn code`.
fn codes(source: &str) -> BTreeSet<&str> {
    let arms = source.split("=> \"").skip(1);
    let codes = arms.filter_map(|rest| rest.split_once('"').map(|(code, _)| code));
    codes.filter(|code| !code.contains(' ')).collect()
}

#[test]
fn every_code_of_a_refused_token_is_covered() {
    let corpus = Corpus::read();
    let cases = corpus.classes.iter().flat_map(|class| &class.cases);
    let covered: BTreeSet<_> = cases.map(|case| case.verdict.as_str()).collect();
    let codes = codes(include_str!("../../src/refusal.rs"));
    assert!(codes.len() > 30, "the source was read");
    let missing: Vec<_> = codes.difference(&covered).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_code_of_a_refused_key_is_covered() {
    let corpus = Corpus::read();
    let cases = || corpus.keys.iter().flat_map(|file| &file.cases);
    let whole = cases().map(|case| case.verdict.as_str());
    let out = cases().flat_map(|case| case.out.iter().map(|out| out.code.as_str()));
    let covered: BTreeSet<_> = whole.chain(out).collect();
    let codes = codes(include_str!("../../src/key/fault.rs"));
    assert!(codes.len() > 30, "the source was read");
    let missing: Vec<_> = codes.difference(&covered).copied().collect();
    // Of a key by itself that is no JSON, and of one that shall sign: neither is given to a verifier.
    assert_eq!(missing, ["key-not-json", "key-public"]);
}

#[test]
fn names_are_given_once_and_every_case_says_why() {
    let corpus = Corpus::read();
    let tokens = corpus.classes.iter().flat_map(|class| {
        let cases = class.cases.iter();
        cases.map(move |case| (&class.id, &case.name, &case.because))
    });
    let keys = corpus.keys.iter().flat_map(|file| {
        let cases = file.cases.iter();
        cases.map(move |case| (&file.id, &case.name, &case.because))
    });
    let mut names = BTreeSet::new();
    for (id, name, because) in tokens.chain(keys) {
        assert!(names.insert((id, name)), "{id}: {name} is there twice");
        assert!(!because.is_empty(), "{id}: {name} says no reason");
    }
    assert!(names.len() > 2_500);
}
