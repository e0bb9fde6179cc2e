//! What is not parsed: files that no person wrote, and nesting that would exhaust the stack.

/// Larger files are generated or bundled.
const LARGEST: usize = 2 << 20;
/// A line of this many bytes is minified, unless the file is short or mostly prose.
const LONGEST_LINE: usize = 20_000;
/// Brackets open at once.
const DEEPEST: usize = 256;
/// Operators, tags and keywords that nest without a bracket, between two statement ends.
const LONGEST_CHAIN: usize = 40_000;

/// Why a text is not worth or not safe to parse.
pub(super) fn refusal(text: &str) -> Option<String> {
    if text.len() > LARGEST {
        return Some(format!(
            "the file has {} bytes, more than the {LARGEST} that a person writes",
            text.len()
        ));
    }
    if text.lines().any(|line| {
        line.len() > LONGEST_LINE
            && line.bytes().filter(|byte| *byte == b' ').count() * 20 < line.len()
    }) {
        return Some("the file is minified".to_owned());
    }
    if nesting(text) > DEEPEST {
        return Some(format!("brackets nest deeper than {DEEPEST}"));
    }
    if chain(text) > LONGEST_CHAIN {
        return Some(format!(
            "a statement chains more than {LONGEST_CHAIN} operators"
        ));
    }
    None
}

/// Greatest number of brackets open at once; brackets in strings count too, so this is an estimate from above.
fn nesting(text: &str) -> usize {
    let (mut open, mut deepest) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                open += 1;
                deepest = deepest.max(open);
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Greatest number of words and signs between two commas, semicolons or blank lines.
fn chain(text: &str) -> usize {
    let (mut length, mut longest, mut word, mut newline) = (0, 0, false, false);
    for byte in text.bytes() {
        match byte {
            b';' | b',' => {
                length = 0;
                word = false;
            }
            b'\n' => {
                if newline {
                    length = 0;
                }
                word = false;
                newline = true;
                continue;
            }
            b' ' | b'\t' | b'\r' => {
                word = false;
                continue;
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => {
                length += usize::from(!word);
                word = true;
            }
            _ => {
                length += 1;
                word = false;
            }
        }
        newline = false;
        longest = longest.max(length);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_a_person_writes_is_parsed() {
        let text = "const a = { b: [1, 2, (3 + 4) * 5] };\n".repeat(2000);
        assert_eq!(refusal(&text), None);
    }

    #[test]
    fn long_line_of_prose_is_no_minified_code() {
        assert_eq!(
            refusal(&format!(
                "const text = `{}`;",
                "plain words of a long text ".repeat(2000)
            )),
            None
        );
        assert!(refusal(&"a(b,c);".repeat(5000)).is_some_and(|why| why.contains("minified")));
    }

    #[test]
    fn nesting_and_chains_are_measured() {
        assert_eq!(nesting("({[]})()"), 3);
        assert!(refusal(&"(".repeat(DEEPEST + 1)).is_some());
        assert!(chain("a + b + c; d") < chain("a + b + c + d"));
        assert!(refusal(&"!\n".repeat(LONGEST_CHAIN + 1)).is_some());
    }
}
