//! How values and keys are named in what is told.

use crate::Fault;

/// The fault of a word that is none of those that a key takes.
pub(crate) fn unknown_word(word: &str, words: &[&str]) -> Fault {
    let all = listed(words);
    let help = match nearest(word, words) {
        Some(meant) => format!("did you mean `{meant}`? possible are {all}"),
        None => format!("write one of {all}"),
    };
    Fault::new(format!("does not take {}", quoted(word)), "", help)
}

/// The word that was likely meant.
pub(crate) fn nearest<'a>(word: &str, words: &[&'a str]) -> Option<&'a str> {
    // Longer is no slip of a key, and the comparison takes room for the product of both lengths.
    const LONGEST: usize = 40;
    if word.len() > LONGEST {
        return None;
    }
    // Words that differ only in how they are joined, `baseUrl` and `base_url`, are the same word.
    let plain = |word: &str| word.to_lowercase().replace(['_', '-', '.', ' '], "");
    let likeness = |known: &str| {
        let (word, known) = (plain(word), plain(known));
        // The one knows a shortened word, `alg` for `algorithms`; the other letters that changed places, `ulr`.
        let begins = strsim::jaro_winkler(&word, &known);
        let turned = strsim::normalized_damerau_levenshtein(&word, &known);
        (begins > 0.8 || turned > 0.6).then(|| begins.max(turned))
    };
    words
        .iter()
        .filter_map(|known| Some((likeness(known)?, *known)))
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

/// Words in backticks with commas.
pub(crate) fn listed(words: &[&str]) -> String {
    format!("`{}`", words.join("`, `"))
}

/// A value in backticks as far as it is good to show: what may hold a credential is only counted.
pub(crate) fn quoted(text: &str) -> String {
    // A secret worth the name is longer.
    const LONGEST: usize = 31;
    let length = text.chars().count();
    if text.is_empty() {
        "an empty text".to_owned()
    } else if length > LONGEST || text.contains(['@', '`']) || text.chars().any(char::is_control) {
        format!("a text of {length} characters")
    } else {
        format!("`{text}`")
    }
}
