//! base64url as RFC 7515 §2 has it: no padding, no white space, no character of another alphabet, and no bit that
//! means nothing. So each run of bytes has exactly one text.

use std::mem::MaybeUninit;

use base64_simd::{AsOut, URL_SAFE_NO_PAD};

/// A text that is not base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not base64url")]
pub(crate) struct NotBase64Url;

/// Where a text of at most `N` bytes is decoded to, on the stack.
pub(crate) struct Buffer<const N: usize>([MaybeUninit<u8>; N]);

impl<const N: usize> Buffer<N> {
    pub(crate) const fn new() -> Self {
        Self([MaybeUninit::uninit(); N])
    }

    /// The bytes of `text`, which are at most `N`.
    pub(crate) fn decode(&mut self, text: &[u8]) -> Result<&[u8], NotBase64Url> {
        if text.len() / 4 * 3 + 2 > N && decoded_length(text.len()) > N {
            return Err(NotBase64Url);
        }
        URL_SAFE_NO_PAD
            .decode(text, self.0[..].as_out())
            .map(|bytes| &*bytes)
            .map_err(|_| NotBase64Url)
    }
}

/// The bytes of `text`.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD
        .decode_to_vec(text)
        .map_err(|_| NotBase64Url)
}

/// The one text of `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// Writes the one text of `bytes` at the end of `text`.
pub(crate) fn append(bytes: &[u8], text: &mut String) {
    URL_SAFE_NO_PAD.encode_append(bytes, text);
}

/// How many characters stand for `bytes` bytes.
pub(crate) const fn encoded_length(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

const fn decoded_length(characters: usize) -> usize {
    characters * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// Bit by bit, as RFC 4648 §5 is written.
    fn plain(text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let (mut bits, mut count) = (0_u32, 0);
        for character in text {
            let value = ALPHABET.iter().position(|known| known == character)?;
            bits = bits << 6 | u32::try_from(value).unwrap();
            count += 6;
            if count >= 8 {
                count -= 8;
                bytes.push(u8::try_from(bits >> count).unwrap());
                bits &= (1 << count) - 1;
            }
        }
        (count < 6 && bits == 0).then_some(bytes)
    }

    #[test]
    fn every_byte_at_every_place_is_judged_as_the_alphabet_has_it() {
        for length in 1..=70 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = vec![b'A'; length];
                    text[place] = byte;
                    assert_eq!(
                        decode(&text).ok(),
                        plain(&text),
                        "{byte} at {place} of {length}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_text_has_no_second_form() {
        for tail in [
            "A", "AB", "A=", "AA=", "AA==", "AAB", "AAA=", "AA\n", " AA", "AA+", "A/A",
        ] {
            for body in ["", "QUJD", "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD"] {
                assert_eq!(
                    decode(format!("{body}{tail}").as_bytes()),
                    Err(NotBase64Url)
                );
            }
        }
    }

    #[test]
    fn a_text_that_is_longer_than_the_buffer_is_refused() {
        assert_eq!(Buffer::<3>::new().decode(b"AAAA"), Ok(&[0, 0, 0][..]));
        assert_eq!(Buffer::<3>::new().decode(b"AAAAAA"), Err(NotBase64Url));
        assert_eq!(Buffer::<1>::new().decode(b"AA"), Ok(&[0][..]));
        assert_eq!(Buffer::<1>::new().decode(b"AAA"), Err(NotBase64Url));
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let text = encode(&bytes);
            prop_assert_eq!(text.len(), encoded_length(bytes.len()));
            prop_assert_eq!(decode(text.as_bytes()), Ok(bytes.clone()));
            let mut buffer = Buffer::<300>::new();
            prop_assert_eq!(buffer.decode(text.as_bytes()), Ok(&bytes[..]));
        }

        #[test]
        fn arbitrary_bytes_decode_as_the_plain_reader_has_it(text in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(decode(&text).ok(), plain(&text));
        }

        #[test]
        fn texts_of_the_alphabet_decode_as_the_plain_reader_has_it(text in "[A-Za-z0-9_=+/-]{0,80}") {
            prop_assert_eq!(decode(text.as_bytes()).ok(), plain(text.as_bytes()));
        }
    }
}
