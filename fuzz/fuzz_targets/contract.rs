//! Any text is a contract or is told what is wrong with it, and every place that is told lies in the text.
//!
//! `mkdir -p fuzz/corpus/contract && cargo +nightly fuzz run contract fuzz/corpus/contract fuzz/seeds/contract -- -dict=fuzz/contract.dict -max_len=4096`

#![no_main]

use betroth_contract::{Contract, Span};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Contract::parse(text, "betroth.toml") {
        Ok(contract) => {
            let deployed = contract
                .deployment_names()
                .filter_map(|name| contract.deployment(name.as_str()));
            for contract in deployed.chain([&contract]) {
                let routes = contract
                    .routes
                    .iter()
                    .flat_map(|route| [route.span(), route.path.span()]);
                let issuer = &contract.issuer;
                for span in routes
                    .chain([issuer.base_url.span(), issuer.kind.span()])
                    .flatten()
                {
                    lies_in(span, text);
                }
            }
        }
        Err(errors) => {
            assert!(!errors.errors.is_empty());
            assert!(errors.to_string().starts_with("error: "));
            for error in &errors.errors {
                let related = error.related.iter().map(|(span, _)| *span);
                for span in error.span.into_iter().chain(related) {
                    lies_in(span, text);
                }
            }
        }
    }
});

fn lies_in(span: Span, text: &str) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?}");
    let before = &text[..span.start];
    assert_eq!(before.matches('\n').count() + 1, span.line as usize);
    let line = before.rsplit('\n').next().unwrap_or_default();
    assert_eq!(line.chars().count() + 1, span.column as usize);
}
