//! Several texts in one claim.

use std::borrow::Cow;

use crate::json::{Text, Value};

/// A text, or an array of texts; of anything else none.
pub(super) fn array(value: Option<Value<'_>>) -> Vec<Cow<'_, str>> {
    match value {
        Some(Value::Text(text)) => vec![text.decode()],
        Some(Value::Array(array)) => {
            let texts: Option<Vec<_>> = array
                .elements()
                .map(|it| it.text().map(Text::decode))
                .collect();
            texts.unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The same, where a text may hold several with `separates` between. Each is trimmed; what is empty is none.
pub(super) fn list(value: Option<Value<'_>>, separates: fn(char) -> bool) -> Vec<Cow<'_, str>> {
    match value {
        Some(Value::Text(text)) => {
            let several: Vec<Cow<'_, str>> = match text.decode() {
                Cow::Borrowed(text) => text.split(separates).map(|it| it.trim().into()).collect(),
                Cow::Owned(text) => text
                    .split(separates)
                    .map(|it| it.trim().to_owned().into())
                    .collect(),
            };
            several
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect()
        }
        value => array(value),
    }
}
