use std::ops::Range;

/// Fewest characters of a word that can be told from a name.
const SHORTEST: usize = 16;
/// Changes of kind (lower case, upper case, digit) among [`SHORTEST`] characters from which a word counts as made up.
const CHANGES: usize = 4;
/// How many of those changes have a digit on one side: camel case has none.
const DIGIT_CHANGES: usize = 2;

/// Words that look random: keys, tokens, hashes, in hexadecimal, base 32, base 64 or an alphabet of an identifier's.
///
/// A name changes between lower case, upper case and digits about once a word; drawn characters change at nearly
/// every second place. `ClientId2For` is a name, `q7Zx1pL0` is not.
pub(super) fn words(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let length = chars[start..].iter().take_while(|&&c| is_word(c)).count();
        let word = start..start + length;
        if length >= SHORTEST && chars[word.clone()].windows(SHORTEST).any(is_random) {
            found.push(word);
        }
        start += length + 1;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '-')
}

fn is_random(window: &[char]) -> bool {
    let (mut changes, mut digits) = (0, 0);
    for pair in window.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        if !before.is_ascii_alphanumeric() || !after.is_ascii_alphanumeric() {
            continue;
        }
        let digit = before.is_ascii_digit() != after.is_ascii_digit();
        // `Ab` begins a word of a name as well.
        let hump = before.is_ascii_lowercase() && after.is_ascii_uppercase();
        changes += usize::from(digit || hump);
        digits += usize::from(digit);
    }
    changes >= CHANGES && digits >= DIGIT_CHANGES
}
