//! Comments that let a finding pass: `betroth: allow(rule): reason`.
//!
//! Such a comment holds for the line that it stands on, or, where it has its lines to itself, for the line below. It holds only
//! for findings whose own place is there, only for the rules that it names, and only with a reason.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use betroth_report::{Finding, Notice, PassedBy, Place, Report};
use betroth_source_typescript::SourceFile;
use memchr::memmem;

use crate::Tree;
use crate::rules::Rule;
use crate::tree::{is_python, is_web};

/// What a comment begins with that speaks to this program.
const MARK: &str = "betroth:";

/// What to write, where what is written does not hold.
const FORM: &str = "write `betroth: allow(rule): why it is no danger`";

/// A comment that speaks to this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Where it says so.
    place: Place,
    /// The line for which it holds, from 1.
    line: u32,
    /// What it lets pass, or why it does not hold.
    said: Result<Said, Fault>,
}

/// What is let pass, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    /// Names of rules, at least one.
    rules: Vec<&'static str>,
    reason: String,
}

/// Why a comment lets nothing pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("the comment says nothing that is understood, so it lets nothing pass")]
    Form,
    #[error("no rule is named `{0}`, so the comment lets nothing pass")]
    Unknown(String),
    #[error("the comment gives no reason, so it lets nothing pass")]
    Reason,
}

impl Fault {
    fn help(&self) -> String {
        match self {
            Self::Form | Self::Reason => FORM.to_owned(),
            Self::Unknown(name) => match Rule::nearest(name) {
                Some(rule) => format!("did you mean `{}`?", rule.id),
                None => "`betroth rules` lists them".to_owned(),
            },
        }
    }
}

/// Lets pass what comments of the tree speak of; returns what does not hold, and what is no longer needed.
pub(crate) fn apply(tree: &Tree, report: &mut Report) -> Vec<Notice> {
    let allowances = of_tree(tree);
    let mut used: HashSet<(usize, &str)> = HashSet::new();
    report.let_pass(|finding| {
        let mut allowances = allowances.iter().enumerate();
        let (index, place, reason) = allowances.find_map(|(index, allowance)| {
            let reason = allowance.reason_for(finding)?;
            Some((index, &allowance.place, reason))
        })?;
        used.insert((index, finding.rule));
        Some((PassedBy::Comment(place.clone()), reason.to_owned()))
    });
    let mut notices = Vec::new();
    for (index, allowance) in allowances.iter().enumerate() {
        let mut tell = |message: String, help: &str| {
            notices.push(Notice::new(allowance.place.clone(), message, help));
        };
        match &allowance.said {
            Err(fault) => tell(fault.to_string(), &fault.help()),
            Ok(said) => {
                let unused = said
                    .rules
                    .iter()
                    .filter(|rule| !used.contains(&(index, *rule)));
                for rule in unused {
                    let line = allowance.line;
                    let message = format!(
                        "the comment lets `{rule}` pass, which is not found at line {line}"
                    );
                    tell(message, "put it where the finding is, or take it out");
                }
            }
        }
    }
    notices
}

impl Allowance {
    /// The reason for which it lets a finding pass; `None` where it does not.
    fn reason_for(&self, finding: &Finding) -> Option<&str> {
        let said = self.said.as_ref().ok()?;
        let here = self.place.file == finding.place.file && self.line == finding.place.line;
        let named = said.rules.contains(&finding.rule);
        (here && named).then_some(said.reason.as_str())
    }
}

/// What the comments of every file say, in the order of files and lines.
fn of_tree(tree: &Tree) -> Vec<Allowance> {
    let mark = memmem::Finder::new(MARK);
    let marked = tree
        .files
        .iter()
        .filter(|(_, text)| mark.find(text.as_bytes()).is_some());
    let mut allowances: Vec<Allowance> = marked
        .flat_map(|(path, text)| read(path, text, &comments(path, text)))
        .collect();
    let environments = tree.environments.iter();
    allowances.extend(environments.flat_map(|file| file.allowances.iter().cloned()));
    allowances.sort_by(|a, b| a.place.cmp(&b.place));
    allowances
}

fn comments(path: &str, text: &Arc<str>) -> Vec<Range<usize>> {
    if is_python(path) {
        betroth_source_python::comments(text)
    } else if is_web(path) {
        betroth_source_typescript::comments(&SourceFile::new(path, Arc::clone(text)))
    } else {
        Vec::new()
    }
}

/// What the comments of one text say; `comments` are ranges of bytes in the order of the text.
pub(crate) fn read(path: &str, text: &str, comments: &[Range<usize>]) -> Vec<Allowance> {
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
    let alone: Vec<bool> = (0..starts.len())
        .map(|line| {
            let end = starts.get(line + 1).copied().unwrap_or(text.len());
            is_comment_alone(text, starts[line]..end, comments)
        })
        .collect();
    let mut allowances = Vec::new();
    for comment in comments {
        let mut at = comment.start;
        for part in text[comment.clone()].split_inclusive('\n') {
            if let Some((inside, words)) = instruction(part) {
                let line = starts.partition_point(|start| *start <= at) - 1;
                let below = (line..alone.len()).find(|line| !alone[*line]);
                let column = text[starts[line]..at + inside].chars().count() + 1;
                allowances.push(Allowance {
                    place: Place::new(path, number(line + 1), number(column)),
                    line: number(below.unwrap_or(line) + 1),
                    said: understood(words),
                });
            }
            at += part.len();
        }
    }
    allowances
}

/// Whether a line holds a comment and nothing else; the braces around one in JSX belong to it.
fn is_comment_alone(text: &str, line: Range<usize>, comments: &[Range<usize>]) -> bool {
    let first = comments.partition_point(|comment| comment.end <= line.start);
    let mut commented = false;
    let mut at = line.start;
    let mut rest = String::new();
    for comment in comments[first..]
        .iter()
        .take_while(|it| it.start < line.end)
    {
        rest.push_str(&text[at..comment.start.max(at)]);
        at = comment.end.min(line.end);
        commented = true;
    }
    rest.push_str(&text[at..line.end]);
    commented
        && matches!(
            rest.split_whitespace().collect::<String>().as_str(),
            "" | "{}" | "{" | "}"
        )
}

/// What a line of a comment says to this program, and where in the line.
fn instruction(line: &str) -> Option<(usize, &str)> {
    let at = line.find(MARK)?;
    let before = line[..at].trim_end();
    let begins = before.is_empty() || before.ends_with(['#', '*']) || before.ends_with("//");
    let words = line[at + MARK.len()..]
        .trim()
        .trim_end_matches("*/")
        .trim_end();
    // Prose may speak of the program; an instruction is a verb with what it is about in brackets.
    let end = words
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(words.len());
    let (verb, about) = words.split_at(end);
    let instructs = about.trim_start().starts_with('(') || matches!(verb, "allow" | "ignore");
    (begins && instructs).then_some((at, words))
}

/// What an instruction lets pass.
fn understood(words: &str) -> Result<Said, Fault> {
    let rest = words.strip_prefix("allow").map(str::trim_start);
    let rest = rest.and_then(|rest| rest.strip_prefix('('));
    let (names, rest) = rest
        .and_then(|rest| rest.split_once(')'))
        .ok_or(Fault::Form)?;
    let names: Vec<&str> = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        return Err(Fault::Form);
    }
    let rules = names.into_iter().map(|name| match Rule::named(name) {
        Some(rule) => Ok(rule.id),
        None => Err(Fault::Unknown(name.escape_debug().to_string())),
    });
    let rules = rules.collect::<Result<_, _>>()?;
    let reason = rest
        .trim_start()
        .strip_prefix(':')
        .unwrap_or_default()
        .trim();
    if !reason.contains(char::is_alphanumeric) {
        return Err(Fault::Reason);
    }
    Ok(Said {
        rules,
        reason: reason.to_owned(),
    })
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
