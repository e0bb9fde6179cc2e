//! What holds for every text, good or bad.

use betroth_contract::{Contract, LOCK_FILE, Span};
use proptest::prelude::*;

/// The contract that writes every key: what is near to it reaches deepest.
const FULL: &str = include_str!("full.toml");

/// Whether a span is a stretch of the text, at the line and column that it says.
fn lies_in(span: Span, text: &str) -> bool {
    let Some(before) = text.get(..span.start) else {
        return false;
    };
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count())
        + 1;
    text.get(span.start..span.end).is_some()
        && (line, column) == (span.line as usize, span.column as usize)
}

/// The spans of a good contract that differ most in form.
fn spans(contract: &Contract) -> impl Iterator<Item = Span> {
    let issuer = &contract.issuer;
    let routes = contract
        .routes
        .iter()
        .flat_map(|route| [route.span(), route.path.span(), route.methods.span()]);
    let apis = contract
        .apis
        .iter()
        .flat_map(|(_, api)| [api.span(), api.url.span(), api.default.span()]);
    let token = &contract.token;
    [
        issuer.kind.span(),
        issuer.base_url.span(),
        issuer.iss.span(),
    ]
    .into_iter()
    .chain([
        token.types.span(),
        token.leeway.span(),
        contract.check.allow.span(),
    ])
    .chain(routes)
    .chain(apis)
    .flatten()
    .collect::<Vec<_>>()
    .into_iter()
}

/// Parses a text and sees that every place that is told lies in it.
fn parse(text: &str) -> Result<(), TestCaseError> {
    match Contract::parse(text, "betroth.toml") {
        Ok(contract) => {
            let deployed = contract
                .deployment_names()
                .filter_map(|name| contract.deployment(name.as_str()));
            for contract in deployed.chain([&contract]) {
                for span in spans(contract) {
                    prop_assert!(lies_in(span, text), "{span:?} in {text:?}");
                }
            }
            for (name, _) in contract.apis.iter() {
                let lock = contract.lock(name, "betroth.toml").unwrap_or_default();
                let lock = Contract::parse(&lock, LOCK_FILE);
                let stale = lock.map(|lock| lock.stale(&contract));
                prop_assert_eq!(stale, Ok(None));
            }
        }
        Err(errors) => {
            prop_assert!(!errors.errors.is_empty());
            for error in &errors.errors {
                let related = error.related.iter().map(|(span, _)| *span);
                for span in error.span.into_iter().chain(related) {
                    prop_assert!(lies_in(span, text), "{span:?} in {text:?}");
                }
            }
            prop_assert!(!errors.to_string().is_empty());
        }
    }
    Ok(())
}

/// A value of a contract, or something near to one.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "\"[ -~é]{0,12}\"".prop_map(|text| text.replace('\\', "/")),
        "[0-9]{1,20}[smhd]".prop_map(|text| format!("'{text}'")),
        "https?://[a-zA-Z0-9.:\\[\\]@%-]{0,16}(/[a-z?#./]{0,6})?"
            .prop_map(|text| format!("'{text}'")),
        "[0-9a-f.:]{1,12}/[0-9]{1,3}".prop_map(|text| format!("['{text}']")),
        "[A-Z_]{1,8}".prop_map(|name| format!("{{ env = '{name}', development = 'é' }}")),
        Just("[[], {}]".to_owned()),
        Just("1979-05-27".to_owned()),
    ]
}

#[test]
fn a_good_text_is_answered() {
    assert!(Contract::parse(FULL, "betroth.toml").is_ok());
    parse(FULL).unwrap();
    parse(&FULL.replace('\n', "\r\n")).unwrap();
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "(?s).{0,200}") {
        parse(&text)?;
    }

    #[test]
    fn any_value_at_any_key_is_answered(line in 0..FULL.lines().count(), value in value()) {
        let lines: Vec<_> = FULL
            .lines()
            .enumerate()
            .map(|(index, text)| match text.split_once(" = ") {
                Some((key, _)) if index == line => format!("{key} = {value}"),
                _ => text.to_owned(),
            })
            .collect();
        parse(&lines.join("\n"))?;
        parse(&lines.join("\r\n"))?;
    }

    #[test]
    fn any_missing_stretch_is_answered(start in 0..FULL.len(), length in 0..200_usize) {
        let end = FULL.len().min(start + length);
        parse(&format!("{}{}", &FULL[..start], &FULL[end..]))?;
    }

    #[test]
    fn any_lines_left_out_are_answered(kept in proptest::collection::vec(any::<bool>(), FULL.lines().count())) {
        let lines = FULL.lines().zip(kept).filter_map(|(line, keep)| keep.then_some(line));
        parse(&lines.collect::<Vec<_>>().join("\n"))?;
    }
}
