//! Changes of files as a patch that `git apply` and `patch -p1` take.

use std::fmt::Write as _;
use std::ops::Range;

use betroth_report::{changed_lines, shown_lines};
use similar::{Change, ChangeTag, TextDiff};

/// Lines around a change by which its place is found.
const CONTEXT: usize = 3;

/// Who wrote what a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// A person: a line may hold a secret. Such a line is left out of what stands around a change. Where the patch cannot do without
    /// it, it is shown with `…` in the secret's place, and the patch is for reading alone.
    Person,
    /// Betroth, which writes no secret.
    Betroth,
}

/// Adds the change of a file; `before` is `None` where it is new.
pub(crate) fn of_file(
    patch: &mut String,
    (file, writer): (&str, Writer),
    before: Option<&str>,
    after: &str,
) {
    let _ = writeln!(patch, "diff --git a/{file} b/{file}");
    let from = if before.is_some() {
        format!("a/{file}")
    } else {
        let _ = writeln!(patch, "new file mode 100644");
        "/dev/null".to_owned()
    };
    // A file with nothing in it is made by its head alone.
    if before.is_some() || !after.is_empty() {
        let _ = writeln!(patch, "--- {from}\n+++ b/{file}");
    }
    let lines = Lines::new((file, writer), before.unwrap_or_default(), after);
    for hunk in lines.hunks() {
        lines.write(patch, hunk);
    }
}

/// Both texts of a file, line by line.
struct Lines<'a> {
    all: Vec<Change<&'a str>>,
    /// The lines of the old text as they may be shown around a change.
    shown: Vec<String>,
    /// The same as they may be shown where they change.
    changed: Vec<String>,
}

impl<'a> Lines<'a> {
    fn new((file, writer): (&str, Writer), before: &'a str, after: &'a str) -> Self {
        let as_it_is = || before.lines().map(str::to_owned).collect();
        let (shown, changed) = match writer {
            Writer::Person => (shown_lines(file, before), changed_lines(file, before)),
            Writer::Betroth => (as_it_is(), as_it_is()),
        };
        Self {
            all: TextDiff::from_lines(before, after)
                .iter_all_changes()
                .collect(),
            shown,
            changed,
        }
    }

    /// The runs of lines to show: each change, and as many of the lines around it as may be.
    fn hunks(&self) -> Vec<Range<usize>> {
        let mut hunks: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while at < self.all.len() {
            if !self.is_changed(at) {
                at += 1;
                continue;
            }
            let start = at;
            while at < self.all.len() && self.is_changed(at) {
                at += 1;
            }
            let hunk = start - self.before(start)..at + self.behind(at);
            match hunks.last_mut() {
                Some(last) if last.end >= hunk.start => last.end = hunk.end,
                _ => hunks.push(hunk),
            }
        }
        hunks
    }

    /// How many lines stand as context in front of the one at `start`.
    fn before(&self, start: usize) -> usize {
        let lines = (0..start).rev().take(CONTEXT);
        lines.take_while(|&it| self.is_plain(it)).count()
    }

    /// How many lines stand as context from `end` on. None is taken for the end of the file, so the next line is shown, hidden or not.
    fn behind(&self, end: usize) -> usize {
        let lines = (end..self.all.len()).take(CONTEXT);
        let plain = lines.take_while(|&it| self.is_plain(it)).count();
        plain.max(usize::from(end < self.all.len() && !self.is_changed(end)))
    }

    fn is_changed(&self, at: usize) -> bool {
        self.all[at].tag() != ChangeTag::Equal
    }

    /// Whether a line stands in both texts, and holds nothing to hide.
    fn is_plain(&self, at: usize) -> bool {
        !self.is_changed(at) && self.shown(at) == bare(self.all[at].value())
    }

    /// A line as it may be shown. A new line that an old one holds too, as where only its end is another, is hidden like that one.
    fn shown(&self, at: usize) -> &str {
        let change = &self.all[at];
        let own = bare(change.value());
        let old = change.old_index().or_else(|| {
            let mut olds = self.all.iter().filter(|it| it.old_index().is_some());
            olds.find(|it| bare(it.value()) == own)?.old_index()
        });
        let lines = match change.tag() {
            ChangeTag::Equal => &self.shown,
            ChangeTag::Delete | ChangeTag::Insert => &self.changed,
        };
        old.and_then(|it| lines.get(it)).map_or(own, String::as_str)
    }

    /// Where the lines of a hunk stand in one of the texts, and how many they are, as its head says it.
    fn numbers(
        &self,
        hunk: &Range<usize>,
        text: impl Fn(&Change<&'a str>) -> Option<usize>,
    ) -> String {
        let before = self.all[..hunk.start].iter().filter_map(&text).count();
        let lines = self.all[hunk.clone()].iter().filter_map(&text).count();
        // What has no lines is named by the line in front of it.
        let first = before + usize::from(lines > 0);
        match lines {
            1 => first.to_string(),
            lines => format!("{first},{lines}"),
        }
    }

    fn write(&self, patch: &mut String, hunk: Range<usize>) {
        let old = self.numbers(&hunk, Change::old_index);
        let new = self.numbers(&hunk, Change::new_index);
        let _ = writeln!(patch, "@@ -{old} +{new} @@");
        for at in hunk {
            let change = &self.all[at];
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let end = if change.value().ends_with("\r\n") {
                "\r"
            } else {
                ""
            };
            let _ = writeln!(patch, "{sign}{}{end}", self.shown(at));
            if change.missing_newline() {
                let _ = writeln!(patch, "\\ No newline at end of file");
            }
        }
    }
}

/// A line without its end.
fn bare(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(before: &str, after: &str) -> String {
        let mut patch = String::new();
        let file = (".env.example", Writer::Person);
        of_file(&mut patch, file, Some(before), after);
        patch
    }

    #[test]
    fn a_change_is_shown_with_three_lines_around_it() {
        let before = "A=1\nB=2\nC=3\nD=4\nE=5\nF=6\nG=7\nH=8\n";
        let after = before.replace("E=5", "E=0");
        insta::assert_snapshot!(patch(before, &after), @r"
        diff --git a/.env.example b/.env.example
        --- a/.env.example
        +++ b/.env.example
        @@ -2,7 +2,7 @@
         B=2
         C=3
         D=4
        -E=5
        +E=0
         F=6
         G=7
         H=8
        ");
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_no_context() {
        let before = "PORT=1\nJWT_SECRET=hunter2hunter2\n";
        insta::assert_snapshot!(patch(before, &format!("{before}\nHOST=\n")), @r"
        diff --git a/.env.example b/.env.example
        --- a/.env.example
        +++ b/.env.example
        @@ -2,0 +3,2 @@
        +
        +HOST=
        ");
    }

    #[test]
    fn a_secret_whose_line_gets_an_end_is_not_shown() {
        let told = patch(
            "JWT_SECRET=hunter2hunter2",
            "JWT_SECRET=hunter2hunter2\nHOST=\n",
        );
        assert!(!told.contains("hunter2"), "{told}");
    }

    #[test]
    fn what_betroth_wrote_is_shown_as_it_is() {
        let mut patch = String::new();
        let before = "secret = { env = \"JWT_SECRET\" }\nsha256 = \"8c1f0d9e77ab8c1f0d9e77ab\"\n";
        let file = ("betroth.lock.toml", Writer::Betroth);
        of_file(&mut patch, file, Some(before), "");
        assert!(!patch.contains('…'), "{patch}");
    }

    #[test]
    fn a_secret_behind_a_change_is_hidden() {
        let before = "PORT=1\nJWT_SECRET=hunter2hunter2\n";
        let told = patch(before, &format!("HOST=\n{before}"));
        assert!(told.contains(" PORT=1\n"), "{told}");
        let told = patch(before, &before.replace("JWT", "HOST=\nJWT"));
        assert!(!told.contains("hunter2"), "{told}");
    }
}
