//! Our own verifier gives each verdict of the corpus, code and claim exact.

use std::collections::BTreeMap;

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
