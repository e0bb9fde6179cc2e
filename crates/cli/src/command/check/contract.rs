//! What the contract lets pass: `[check]` of the nearest `betroth.toml`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use betroth_audit::rules::Rule;
use betroth_contract::value::Glob;
use betroth_contract::{
    self as contract, ContractError, ContractErrors, Entry, ErrorKind, Exception, FailOn,
};
use betroth_report::{Finding, Notice, PassedBy, Place, Report};
use globset::{GlobBuilder, GlobMatcher};

use crate::repository::{self, commit::Commit};

/// Name of the file.
const FILE: &str = "betroth.toml";

/// `[check]`, as it holds for the folder looked at.
pub(super) struct Contract {
    /// The mildest finding that counts.
    pub(super) fail_on: FailOn,
    allow: Vec<Allow>,
    /// The folder that holds the file, or would, in full.
    home: PathBuf,
    /// The folder looked at, relative to the contract's, with `/` at its end unless empty.
    folder: String,
}

/// One entry of `check.allow`.
struct Allow {
    place: Place,
    rule: String,
    /// The files for which it holds; `None` for all.
    files: Option<GlobMatcher>,
    reason: String,
}

/// Nothing is let pass.
impl Default for Contract {
    fn default() -> Self {
        Self {
            fail_on: FailOn::Error,
            allow: Vec::new(),
            home: PathBuf::new(),
            folder: String::new(),
        }
    }
}

impl Contract {
    /// The contract of a folder: its own, or the nearest above it in the repository. Without one, nothing is let pass.
    ///
    /// # Errors
    /// Where the contract cannot be read, or has a mistake: [`ContractErrors`] with each of them.
    pub(super) fn nearest(folder: &Path) -> anyhow::Result<Self> {
        // A folder that is not there is told by whoever reads it.
        let Ok(folder) = folder.canonicalize() else {
            return Ok(Self::default());
        };
        let top = repository::top(&folder);
        let mut above = folder.ancestors().take_while(|it| it.starts_with(&top));
        let Some(home) = above.find(|it| it.join(FILE).is_file()).map(Path::to_owned) else {
            return Ok(Self {
                folder: repository::below(&top, &folder),
                home: top,
                ..Self::default()
            });
        };
        let path = home.join(FILE);
        let name = shown(&path);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("the contract `{name}` cannot be read"))?;
        let folder = repository::below(&home, &folder);
        Self::parse(&text, name, home, folder)
    }

    /// The same file as it was in a commit. What was no contract then let nothing pass.
    ///
    /// # Errors
    /// Where git cannot tell.
    pub(super) fn before(&self, commit: &Commit) -> anyhow::Result<Self> {
        let home = repository::folder(&self.home);
        let mut files = commit.files(&home, |path| path == FILE)?;
        let text = files
            .pop()
            .and_then(|(_, text)| String::from_utf8(text).ok());
        let contract = text.map(|text| {
            Self::parse(
                &text,
                FILE.to_owned(),
                self.home.clone(),
                self.folder.clone(),
            )
        });
        Ok(contract.and_then(Result::ok).unwrap_or_default())
    }

    fn parse(text: &str, name: String, home: PathBuf, folder: String) -> anyhow::Result<Self> {
        let check = contract::Contract::parse(text, &name)?.check;
        let file = format!("{}{FILE}", "../".repeat(folder.matches('/').count()));
        let mut allow = Vec::new();
        let mut errors = Vec::new();
        for exception in check.allow.iter() {
            match Allow::new(exception, &file) {
                Ok(entry) => allow.push(entry),
                Err(error) => errors.push(*error),
            }
        }
        if !errors.is_empty() {
            return Err(ContractErrors { file: name, errors }.into());
        }
        Ok(Self {
            fail_on: *check.fail_on,
            allow,
            home,
            folder,
        })
    }

    /// Lets pass what the contract speaks of; returns the entries that are no longer needed.
    pub(super) fn apply(&self, report: &mut Report) -> Vec<Notice> {
        let mut used = HashSet::new();
        report.let_pass(|finding| {
            let entries = self.allow.iter().enumerate();
            let mut holding = entries.filter(|(_, entry)| entry.holds_for(finding, &self.folder));
            let (first, entry) = holding.next()?;
            used.insert(first);
            used.extend(holding.map(|(index, _)| index));
            Some((
                PassedBy::Contract(entry.place.clone()),
                entry.reason.clone(),
            ))
        });
        // Below the contract's own folder not everything is seen of which it speaks.
        let whole = self.folder.is_empty();
        let entries = self.allow.iter().enumerate();
        let unused = entries.filter(|(index, _)| whole && !used.contains(index));
        unused
            .map(|(_, entry)| {
                let message = format!(
                    "the entry lets `{}` pass, which is not found there",
                    entry.rule
                );
                Notice::new(entry.place.clone(), message, "take it out")
            })
            .collect()
    }
}

impl Allow {
    /// An entry of the contract, which a place names as `file`.
    fn new(exception: &Exception, file: &str) -> Result<Self, Box<ContractError>> {
        let rule = exception.rule.as_str();
        if Rule::named(rule).is_none() {
            let says = format!("is `{rule}`, which no rule is named");
            let help = match Rule::nearest(rule) {
                Some(rule) => format!("did you mean `{}`?", rule.id),
                None => "`betroth rules` lists them".to_owned(),
            };
            return Err(mistake(&exception.rule, &says, help));
        }
        let files = (*exception.path).as_ref().map(matcher).transpose();
        let files = files.map_err(|error| {
            let says = format!("is no pattern of files: {}", error.kind());
            let help = "write a path relative to the contract, as in `backend/app/main.py`";
            mistake(&exception.path, &says, help.to_owned())
        })?;
        let span = exception.rule.span();
        let (line, column) = span.map_or((1, 1), |span| (span.line, span.column));
        Ok(Self {
            place: Place::new(file, line, column),
            rule: rule.to_owned(),
            files,
            reason: exception.reason.as_str().to_owned(),
        })
    }

    fn holds_for(&self, finding: &Finding, folder: &str) -> bool {
        let file = || format!("{folder}{}", finding.place.file);
        self.rule == finding.rule
            && self
                .files
                .as_ref()
                .is_none_or(|files| files.is_match(file()))
    }
}

/// An entry that could hold for nothing.
fn mistake<T>(entry: &Entry<T>, says: &str, help: String) -> Box<ContractError> {
    Box::new(ContractError {
        kind: ErrorKind::InvalidValue,
        key: entry.key().to_owned(),
        span: entry.span(),
        message: format!("`{}` {says}", entry.key()),
        why: "an exception that holds for nothing looks like one that holds",
        help,
        related: Vec::new(),
    })
}

/// What a pattern of the contract matches: `*` within a name, `**` across folders; all else stands for itself, as the
/// brackets of `app/[id]/page.tsx` do.
fn matcher(glob: &Glob) -> Result<GlobMatcher, globset::Error> {
    let parts: Vec<String> = glob.as_str().split('*').map(globset::escape).collect();
    let glob = GlobBuilder::new(&parts.join("*"))
        .literal_separator(true)
        .build()?;
    Ok(glob.compile_matcher())
}

/// A path as a person in the current folder would write it.
fn shown(path: &Path) -> String {
    let here: Option<PathBuf> = std::env::current_dir()
        .and_then(|it| it.canonicalize())
        .ok();
    let short = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    short
        .unwrap_or_else(|| path.to_owned())
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_part_of_a_name_two_for_folders_and_all_else_for_itself() {
        for (pattern, path, matches) in [
            ("app/[id]/page.tsx", "app/[id]/page.tsx", true),
            ("app/[id]/page.tsx", "app/i/page.tsx", false),
            ("app/{a,b}?.ts", "app/{a,b}?.ts", true),
            ("app/{a,b}?.ts", "app/ab.ts", false),
            ("app/*.ts", "app/a.ts", true),
            ("app/*.ts", "app/b/a.ts", false),
            ("app/**", "app/b/a.ts", true),
            ("**/a.ts", "a.ts", true),
            ("**/a.ts", "app/b/a.ts", true),
        ] {
            let files = matcher(&pattern.parse().unwrap()).unwrap();
            assert_eq!(files.is_match(path), matches, "{pattern} on {path}");
        }
    }
}
