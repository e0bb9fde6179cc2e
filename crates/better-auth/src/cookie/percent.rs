//! `encodeURIComponent` and its reverse, as every cookie of Better Auth passes through them.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but the unreserved marks (ECMA-262 §19.2.6.4).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// `None` where an escape is cut off or yields no UTF-8: Better Auth takes the text as it stands then, which is no
/// value that it wrote.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    let whole = text.bytes().enumerate().all(|(index, byte)| {
        byte != b'%'
            || text
                .as_bytes()
                .get(index + 1..index + 3)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    whole
        .then(|| percent_decode_str(text).decode_utf8().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cut_escape_is_no_text() {
        for text in ["%", "a%2", "%zz", "%2%2B", "%ff", "%c3%28"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode("%2b%2F%3d").as_deref(), Some("+/="));
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_again(text in any::<String>()) {
            let encoded = encode(&text);
            prop_assert!(encoded.is_ascii());
            let decoded = decode(&encoded);
            prop_assert_eq!(decoded.as_deref(), Some(text.as_str()));
        }
    }
}
