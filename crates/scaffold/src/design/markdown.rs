//! Pieces of Markdown.

/// A code span of any text.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let mut fence = String::from("`");
    while text.contains(&fence) {
        fence.push('`');
    }
    // A backtick at an end would be taken for the fence.
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A sentence of others, with values in backticks: what stands outside of them is text and nothing else.
pub(super) fn sentence(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let mut parts = text.split('`');
    // Without its partner a backtick is a letter.
    if text.matches('`').count() % 2 == 1 {
        return plain(&text);
    }
    let mut written = plain(parts.next().unwrap_or_default());
    while let Some(value) = parts.next() {
        if !value.is_empty() {
            written.push_str(&code(value));
        }
        written.push_str(&plain(parts.next().unwrap_or_default()));
    }
    written
}

/// Text in which no letter means more than itself.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_[]<>#~!&".contains(letter) {
            written.push('\\');
        }
        written.push(letter);
    }
    written
}

/// `a`, `b` and `c`.
pub(super) fn listed(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., end] => format!("{} {last} {end}", front.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_holds_any_text() {
        for (text, reads) in [
            ("sub", "`sub`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("a\nb", "`a b`"),
        ] {
            assert_eq!(code(text), reads);
        }
    }

    #[test]
    fn a_sentence_of_others_is_no_markup_but_for_its_values() {
        for (text, reads) in [
            ("the `aud` of <b>", "the `aud` of \\<b\\>"),
            ("a_b `c_d` e", "a\\_b `c_d` e"),
            ("one ` alone", "one \\` alone"),
        ] {
            assert_eq!(sentence(text), reads);
        }
    }
}
