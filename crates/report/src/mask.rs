//! Hides secrets in what is shown of a source file, character for character, so that columns stay true.
//!
//! Four nets, from coarse to fine; a character caught by one is shown as `…`:
//!
//! 1. a word whose letters and digits alternate as only made-up ones do ([`random`]),
//! 2. the password in a URL,
//! 3. on a line that speaks of secrets, or continues one that does ([`context`]), every literal that is not
//!    plainly a name ([`literal`]), and in settings files and comments every value without quotes,
//! 4. for a finding marked as masked, every literal and value there is.
//!
//! Hiding too much costs a reader a glance at the file; hiding too little publishes a key in a build log. So a
//! doubtful character is hidden.

mod context;
mod literal;
mod random;
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

/// The line at `index` of `lines`, from 0, with its secrets hidden; `all` hides every literal and value.
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
    let scan = literal::scan(&chars, language);
    let carried = context::carried(language, lines, index);
    if all || carried || context::speaks_of_secrets(text) {
        let literals = scan.literals.iter();
        for found in literals.filter(|it| all || !it.is_name(&chars)) {
            hide(&mut hidden, found.inner.clone());
        }
        for range in value::bare(&chars, &scan, language, all || carried) {
            hide(&mut hidden, range);
        }
    }
    show(&chars, &hidden)
}

/// A sentence with what looks like a secret hidden.
pub(crate) fn text(sentence: &str) -> String {
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
