//! Hides secrets in what is shown of a source file, character for character, so that columns stay true.
//!
//! Four nets, from coarse to fine; a character caught by one is shown as `…`:
//!
//! 1. a word whose letters and digits alternate as only made-up ones do ([`random`]),
//! 2. the password in a URL,
//! 3. on a line that speaks of secrets, or continues one that does ([`context`]), every literal that is not
//!    plainly a name ([`literal`]) or words for a person ([`sentence`]), without the code in it ([`template`]), and in
//!    settings files and comments every value without quotes,
//! 4. for a finding marked as masked, every literal and value but the name under which a secret is looked up, and its
//!    algorithm.
//!
//! Hiding too much costs a reader a glance at the file; hiding too little publishes a key in a build log. So a
//! doubtful character is hidden.

mod context;
mod literal;
mod random;
mod sentence;
mod template;
mod value;

use std::ops::Range;

/// What stands for each character that is hidden.
pub(crate) const HIDDEN: char = '…';

/// The language of a file, as far as its quotes and comments go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Script,
    /// Everything else: environment files, YAML, Docker files, shell, prose.
    Settings,
}

impl Language {
    pub(crate) fn of(file: &str) -> Self {
        let name = file.rsplit('/').next().unwrap_or(file);
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("py" | "pyi") => Self::Python,
            Some(
                "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts" | "vue" | "svelte"
                | "astro",
            ) => Self::Script,
            _ => Self::Settings,
        }
    }
}

/// The lines of a file's text as they may be shown.
pub fn shown(file: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let language = Language::of(file);
    let shown = (0..lines.len()).map(|index| line(language, &lines, index, false));
    shown.collect()
}

/// The lines of a file's text as a patch shows those that it changes, which it has to hold as they are.
///
/// In source code most lines that speak of secrets hold names alone, so there only what no name looks like is hidden; elsewhere as in [`shown`].
pub fn changed(file: &str, text: &str) -> Vec<String> {
    match Language::of(file) {
        Language::Settings => shown(file, text),
        Language::Python | Language::Script => text.lines().map(self::text).collect(),
    }
}

/// The line at `index` of `lines`, from 0, with its secrets hidden; `all` hides every literal and value
/// that may be the secret which the line holds.
///
/// The result has as many characters as the line. An index beyond the end gives an empty line.
pub(crate) fn line(language: Language, lines: &[&str], index: usize, all: bool) -> String {
    let Some(text) = lines.get(index) else {
        return String::new();
    };
    let chars: Vec<char> = text.chars().collect();
    let mut hidden = vec![false; chars.len()];
    hide_anywhere(&chars, &mut hidden);

    if context::within_text(language, lines, index, all) {
        hide(&mut hidden, 0..chars.len());
        return show(&chars, &hidden);
    }
    let carried = context::carried(language, lines, index);
    if all || carried || context::speaks_of_secrets(text) {
        hide_literals(&chars, &mut hidden, language, all);
        let scan = literal::scan(&chars, language);
        for range in value::bare(&chars, &scan, language, all || carried) {
            hide(&mut hidden, range);
        }
    }
    show(&chars, &hidden)
}

/// Hides the text of the literals that may be secrets. The code within a literal stays legible, its own literals are judged
/// like any other.
fn hide_literals(chars: &[char], hidden: &mut [bool], language: Language, all: bool) {
    for found in literal::scan(chars, language).literals {
        if all {
            if !found.is_beside_secret(chars) {
                hide(hidden, found.inner.clone());
            }
            continue;
        }
        let code = template::code(chars, &found, language);
        let pieces = template::pieces(&found, &code);
        if !found.is_name(chars, &pieces) {
            for piece in pieces {
                hide(hidden, piece);
            }
        }
        for range in code {
            if let (Some(chars), Some(hidden)) = (chars.get(range.clone()), hidden.get_mut(range)) {
                hide_literals(chars, hidden, language, all);
            }
        }
    }
}

/// A sentence with what looks like a secret hidden.
pub fn text(sentence: &str) -> String {
    let chars: Vec<char> = sentence.chars().collect();
    let mut hidden = vec![false; chars.len()];
    hide_anywhere(&chars, &mut hidden);
    show(&chars, &hidden)
}

fn hide_anywhere(chars: &[char], hidden: &mut [bool]) {
    for range in random::words(chars)
        .into_iter()
        .chain(value::url_passwords(chars))
    {
        hide(hidden, range);
    }
}

fn hide(hidden: &mut [bool], range: Range<usize>) {
    if let Some(part) = hidden.get_mut(range) {
        part.fill(true);
    }
}

fn show(chars: &[char], hidden: &[bool]) -> String {
    chars
        .iter()
        .zip(hidden)
        .map(|(&c, &hide)| if hide { HIDDEN } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
