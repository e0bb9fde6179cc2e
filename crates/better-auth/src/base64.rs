//! Base64 in the two forms that Better Auth writes, each read in one spelling only (RFC 4648 §3.5).

use base64_simd::{STANDARD, URL_SAFE_NO_PAD};

/// Without padding, for all that is a JSON text, a token, or a part of one.
pub(crate) fn to_url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// `None` on padding, on the other alphabet, and on bits after the last byte.
pub(crate) fn from_url(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode_to_vec(text).ok()
}

/// With padding, for the signature of a cookie.
pub(crate) fn to_padded(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

/// `None` without padding, on the other alphabet, and on bits after the last byte.
pub(crate) fn from_padded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode_to_vec(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_that_is_read_is_the_one_that_is_written(text in "[A-Za-z0-9+/_=-]{0,12}") {
            if let Some(bytes) = from_url(&text) {
                prop_assert_eq!(to_url(bytes), text.clone());
            }
            if let Some(bytes) = from_padded(&text) {
                prop_assert_eq!(to_padded(&bytes), text);
            }
        }
    }
}
