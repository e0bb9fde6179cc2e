//! What `AGENTS.md`, `CLAUDE.md` and `QWEN.md` say, by a list of phrases that stands in `docs/apply.md`.

use std::sync::LazyLock;

use regex::Regex;

use super::{PackageManager, Taken};
use crate::files::{Files, below};

/// The files, in the order in which they are believed.
const FILES: &[&str] = &["AGENTS.md", "CLAUDE.md", "QWEN.md"];

/// A module whose place instructions may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    /// Through which the front end calls the API.
    ApiClient,
    /// Through which it asks Better Auth.
    AuthClient,
    /// What knows who calls the API.
    ApiGuard,
}

/// The lines of the instructions for one folder, those that are believed first in front.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instructions {
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    file: String,
    number: usize,
    text: String,
}

/// A pattern of ours; that each is one, a test shows.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// `Package manager: pnpm`, `| Package Manager | uv |`, `Use pnpm`.
static MANAGERS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let names = "(npm|pnpm|yarn|bun|pip|uv|poetry|pdm|pipenv)";
    [
        format!(r"(?i)\bpackage manager\W{{0,8}}(?:is )?\W{{0,3}}{names}\b"),
        format!(r"(?i)^[\s*\d.>-]*(?:always )?use [`*]{{0,3}}{names}\b"),
    ]
    .iter()
    .filter_map(|text| pattern(text))
    .collect()
});

/// `Line length: 100`, `print width of 100`, `100 characters per line`.
static WIDTHS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(?i)\b(?:line[- ]length|print ?width)\W{0,8}(?:is |of |at most |limit )?\W{0,3}(\d{2,3})\b",
        r"(?i)\b(\d{2,3})[- ](?:characters|columns) (?:per line|wide)\b",
    ]
    .iter()
    .filter_map(|text| pattern(text))
    .collect()
});

/// `` API client: `frontend/lib/http.ts` ``: one path in backticks, on the line that names the matter.
static PLACES: LazyLock<Vec<(Matter, &'static str, Regex)>> = LazyLock::new(|| {
    [
        (Matter::ApiClient, ".ts", r"(?i)\bapi client\b"),
        (Matter::AuthClient, ".ts", r"(?i)\bauth client\b"),
        (
            Matter::ApiGuard,
            ".py",
            r"(?i)\b(?:auth|authentication|jwt) (?:middleware|guard)\b",
        ),
    ]
    .into_iter()
    .filter_map(|(matter, ending, text)| Some((matter, ending, pattern(text)?)))
    .collect()
});

impl Instructions {
    /// The files of a folder.
    pub(crate) fn read(files: &dyn Files, folder: &str) -> Self {
        let mut lines = Vec::new();
        for name in FILES {
            let file = below(folder, name);
            let text = files.text(&file).unwrap_or_default();
            lines.extend(text.lines().enumerate().map(|(at, text)| Line {
                file: file.clone(),
                number: at + 1,
                text: text.to_owned(),
            }));
        }
        Self { lines }
    }

    /// Believes others where these say nothing.
    pub(crate) fn fall_back(&mut self, others: Self) {
        self.lines.extend(others.lines);
    }

    /// The first package manager for that side.
    pub(super) fn manager(&self, of_web: bool, taken: &mut Vec<Taken>) -> Option<PackageManager> {
        let (line, manager) = self.first(&MANAGERS, |name| {
            PackageManager::named(&name.to_lowercase()).filter(|it| it.is_of_web() == of_web)
        })?;
        let what = format!("package manager `{}`", manager.name());
        taken.push(Taken::new(what, &line.file, line.number));
        Some(manager)
    }

    /// The widest line, in characters.
    pub(super) fn width(&self, taken: &mut Vec<Taken>) -> Option<usize> {
        let (line, width) = self.first(&WIDTHS, |digits| {
            digits
                .parse()
                .ok()
                .filter(|width| (60..=200).contains(width))
        })?;
        let what = format!("lines of {width} characters");
        taken.push(Taken::new(what, &line.file, line.number));
        Some(width)
    }

    /// Where modules are to stand below `root`.
    pub(crate) fn places(
        &self,
        root: &str,
        wanted: &[Matter],
        taken: &mut Vec<Taken>,
    ) -> Vec<(Matter, String)> {
        let mut found: Vec<(Matter, String)> = Vec::new();
        for (matter, ending, names) in PLACES.iter().filter(|(it, ..)| wanted.contains(it)) {
            let place = self.lines.iter().find_map(|line| {
                let path = only_path(&line.text, ending).filter(|_| names.is_match(&line.text))?;
                Some((line, located(&line.file, path, root)?))
            });
            if let Some((line, path)) = place {
                taken.push(Taken::new(format!("`{path}`"), &line.file, line.number));
                found.push((*matter, path));
            }
        }
        found
    }

    fn first<T>(&self, patterns: &[Regex], take: impl Fn(&str) -> Option<T>) -> Option<(&Line, T)> {
        self.lines.iter().find_map(|line| {
            let mut found = patterns.iter().filter_map(|it| it.captures(&line.text));
            let value = found.find_map(|groups| take(groups.get(1)?.as_str()))?;
            Some((line, value))
        })
    }
}

/// The path in backticks on a line, if there is one alone, with that ending.
fn only_path<'l>(line: &'l str, ending: &str) -> Option<&'l str> {
    let quoted = line.split('`').skip(1).step_by(2);
    let mut paths = quoted.filter(|text| text.ends_with(ending));
    let only = paths.next().filter(|_| paths.next().is_none())?;
    let plain = |step: &str| {
        let letter = |c: char| c.is_ascii_alphanumeric() || "._-()[]@".contains(c);
        !matches!(step, "" | "." | "..") && step.chars().all(letter)
    };
    only.split('/').all(plain).then_some(only)
}

/// A path of instructions from the contract's folder: from there, from where they stand, or from the side's own folder.
fn located(file: &str, path: &str, root: &str) -> Option<String> {
    if root == "." || path.starts_with(&format!("{root}/")) {
        return Some(path.to_owned());
    }
    let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
    // At the top, a path that names no side could be of either.
    (folder == root).then(|| below(root, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Instructions {
        let line = |(at, text): (usize, &str)| Line {
            file: "AGENTS.md".to_owned(),
            number: at + 1,
            text: text.to_owned(),
        };
        Instructions {
            lines: text.lines().enumerate().map(line).collect(),
        }
    }

    #[test]
    fn every_pattern_is_one() {
        assert_eq!((MANAGERS.len(), WIDTHS.len(), PLACES.len()), (2, 2, 3));
    }

    #[test]
    fn a_package_manager_is_taken_for_its_own_side() {
        for text in [
            "- **Package Manager**: `pnpm`",
            "| Package Manager | `pnpm` |",
            "Use pnpm, never npm.",
            "# x\n- package manager: uv\n- Package manager is pnpm",
        ] {
            let manager = said(text).manager(true, &mut Vec::new());
            assert_eq!(manager, Some(PackageManager::Pnpm), "{text}");
        }
        for text in [
            "Do not use yarn",
            "npm is a package manager",
            "we use pnpmx",
        ] {
            assert_eq!(said(text).manager(true, &mut Vec::new()), None, "{text}");
        }
    }

    #[test]
    fn a_width_is_taken_with_its_line() {
        let mut taken = Vec::new();
        let width = said("# Style\n\n- Line length: 100").width(&mut taken);
        assert_eq!((width, taken[0].place.line), (Some(100), 3));
        assert_eq!(
            said("- 120 characters per line").width(&mut taken),
            Some(120)
        );
        for text in [
            "| title | max 500 characters |",
            "line length 7",
            "100 characters",
        ] {
            assert_eq!(said(text).width(&mut taken), None, "{text}");
        }
    }

    #[test]
    fn a_place_is_taken_where_the_line_names_one_alone() {
        let places = |text: &str| {
            let wanted = [Matter::ApiClient, Matter::ApiGuard];
            said(text).places("web", &wanted, &mut Vec::new())
        };
        let one = vec![(Matter::ApiClient, "web/http/api.ts".to_owned())];
        assert_eq!(places("- API client: `web/http/api.ts`"), one);
        for text in [
            "- API client: `web/a.ts` or `web/b.ts`",
            "- API client: `../outside.ts`",
            "- API client: `lib/api.ts`",
            "- Client: `web/http/api.ts`",
        ] {
            assert_eq!(places(text), [], "{text}");
        }
    }
}
