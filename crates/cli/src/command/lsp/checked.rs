//! A folder as it was when it was last checked.

use std::path::{Path, PathBuf};

use betroth_audit::{Audit, Tree};
use betroth_report::{Finding, Severity};

use super::range::Range;
use crate::command::{Folder, check};

/// A folder with its texts and findings.
pub(super) struct Checked {
    /// The folder, as the client names it.
    pub(super) folder: PathBuf,
    tree: Tree,
    audit: Audit,
}

impl Checked {
    /// Reads and judges a folder.
    ///
    /// # Errors
    /// As `betroth check` has them.
    pub(super) fn now(folder: &Path) -> anyhow::Result<Self> {
        let dir = folder.to_owned();
        let (tree, audit) = check::look(&Folder { dir })?;
        Ok(Self {
            folder: folder.to_owned(),
            tree,
            audit,
        })
    }

    /// Each finding that counts, with what it follows from or leads to.
    pub(super) fn findings(&self) -> Vec<(&Finding, Vec<(&Finding, &'static str)>)> {
        let mut findings = Vec::new();
        for cause in self.audit.report.causes() {
            let consequences = cause.consequences.iter();
            let leads_to = consequences.map(|it| (*it, "leads to")).collect();
            findings.push((cause.finding, leads_to));
            let consequences = cause.consequences.iter();
            findings.extend(consequences.map(|it| (*it, vec![(cause.finding, "follows from")])));
        }
        findings
    }

    /// What is to be known of the run itself, and stands in a source.
    pub(super) fn notices(&self) -> impl Iterator<Item = &betroth_report::Notice> {
        let notices = self.audit.notices.iter();
        notices.filter(|notice| self.text(&notice.place.file).is_some())
    }

    /// The findings at some range of a file.
    pub(super) fn at(&self, path: &Path, range: &Range) -> Vec<&Finding> {
        let findings = self.audit.report.findings().iter();
        findings
            .filter(|it| self.path(&it.place.file) == path && self.range(it).touches(range))
            .collect()
    }

    /// What a finding marks.
    pub(super) fn range(&self, finding: &Finding) -> Range {
        Range::of(&finding.place, self.text(&finding.place.file))
    }

    /// The text of a file as it was read.
    pub(super) fn text(&self, file: &str) -> Option<&str> {
        self.tree.text(file)
    }

    /// Where a file is.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        // Part by part, as the separator is that of the system.
        file.split('/')
            .fold(self.folder.clone(), |path, part| path.join(part))
    }

    /// The name of a file of this folder, as findings have it.
    pub(super) fn file(&self, path: &Path) -> Option<String> {
        let parts = path.strip_prefix(&self.folder).ok()?.components();
        let parts: Vec<_> = parts.map(|it| it.as_os_str().to_string_lossy()).collect();
        Some(parts.join("/"))
    }

    /// The verdict and how much was found, in one line.
    pub(super) fn summary(&self) -> String {
        let verdict = self.audit.agreements.first();
        let verdict = verdict.map(|it| format!("{}: {}", it.verdict.word(), it.because));
        let count = |severity| self.audit.report.count(severity);
        format!(
            "{}: {}; errors: {}, warnings: {}, notes: {}",
            self.folder.display(),
            verdict.unwrap_or_else(|| "unknown: no pair of front end and API was found".to_owned()),
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Note),
        )
    }
}
