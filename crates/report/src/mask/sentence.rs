/// What stands in front of words for a person: what is logged, printed, or said of an error.
const SPEAKERS: &[&str] = &[
    "print(",
    "log(",
    "debug(",
    "info(",
    "warn(",
    "warning(",
    "error(",
    "exception(",
    "critical(",
    "Error(",
    "Exception(",
    "detail=",
];

/// Whether what stands before a literal hands it to people.
pub(super) fn is_spoken(before: &str) -> bool {
    let before = before.trim_end_matches(['f', 'F']).trim_end();
    SPEAKERS.iter().any(|speaker| before.ends_with(speaker))
}

/// Whether pieces of text, with code between them, are words of a sentence and no value: two words at least, or one with
/// a colon, none with digits unless it is a count, and nothing behind a colon or an equals sign but code.
pub(super) fn is_sentence(pieces: &[String]) -> bool {
    let words: usize = pieces.iter().map(|it| it.split_whitespace().count()).sum();
    let is_label = pieces.iter().any(|it| it.trim_end().ends_with(':'));
    (words > 1 || is_label) && pieces.iter().all(|piece| is_prose(piece))
}

fn is_prose(piece: &str) -> bool {
    let piece = piece.trim();
    let piece = piece.strip_suffix([':', '=']).unwrap_or(piece);
    !piece.contains([':', '=', '"', '\'', '`'])
        && piece.split_whitespace().all(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let rest = word.strip_prefix(char::is_uppercase).unwrap_or(word);
            let is_name = word.chars().all(|c| c.is_ascii_uppercase());
            is_name
                || rest
                    .chars()
                    .all(|c| c.is_lowercase() || matches!(c, '\'' | '-'))
        })
}
