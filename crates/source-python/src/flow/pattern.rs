//! Regular expressions with which a middleware picks the paths it guards.

use regex::Regex;

/// Whether Python's `re.match`, `re.search` or `re.fullmatch` finds `pattern` in `text`.
///
/// `None` for a pattern in a dialect that only Python knows.
pub(crate) fn matches(function: &str, pattern: &str, text: &str) -> Option<bool> {
    let anchored = match function {
        "fullmatch" => format!("^(?:{pattern})$"),
        "match" => format!("^(?:{pattern})"),
        _ => pattern.to_owned(),
    };
    Regex::new(&anchored).ok().map(|regex| regex.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn match_starts_at_the_start_and_need_not_reach_the_end() {
        assert_eq!(matches("match", "/api", "/api/chat"), Some(true));
        assert_eq!(matches("match", "chat", "/api/chat"), Some(false));
        assert_eq!(matches("search", "chat", "/api/chat"), Some(true));
        assert_eq!(matches("fullmatch", "/api", "/api/chat"), Some(false));
    }

    #[test]
    fn a_pattern_that_only_python_knows_is_not_told() {
        assert_eq!(matches("match", "(?<=a)b", "ab"), None);
    }
}
