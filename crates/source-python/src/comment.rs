use std::ops::Range;

use ruff_python_ast::PySourceType;
use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged as _;

use crate::read::STACK;
use crate::tree::too_deep;

/// The comments of a Python text as ranges of bytes, each with its `#`; none where the text nests too deep to be read.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    if too_deep(text).is_some() {
        return Vec::new();
    }
    let read = || {
        let parsed = ruff_python_parser::parse_unchecked_source(text, PySourceType::Python);
        let tokens = parsed.tokens().iter();
        let comments = tokens.filter(|token| token.kind() == TokenKind::Comment);
        comments
            .map(|token| token.start().to_usize()..token.end().to_usize())
            .collect()
    };
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK);
        let worker = worker.spawn_scoped(scope, read).ok()?;
        worker.join().ok()
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::comments;

    #[test]
    fn a_number_sign_in_a_text_begins_no_comment() {
        let text = "# one\na = '# two'  # three\nb = f\"\"\"\n# {a}\n\"\"\"\ndef (:  # four\n";
        let found: Vec<_> = comments(text).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, ["# one", "# three", "# four"]);
    }

    #[test]
    fn a_text_that_nests_too_deep_has_none() {
        let text = format!("{}{}  # one\n", "(".repeat(5000), ")".repeat(5000));
        assert!(comments(&text).is_empty());
    }
}
