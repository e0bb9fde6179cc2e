//! `--since`: what a change brought.
//!
//! The sources are checked as they were, too, and a finding that was there word for word is left out. So a finding counts that
//! the change caused in a file which it did not touch, and one that it only moved does not.

use std::collections::HashSet;
use std::path::Path;

use betroth_audit::{Tree, audit};
use betroth_report::{Finding, Fingerprint, Fingerprints, Report};

use super::contract::Contract;
use crate::progress;
use crate::repository::{self, commit::Commit};

/// What was there before, by a revision.
pub(super) struct Since {
    revision: String,
    base: Commit,
    /// How many findings were left out.
    before: usize,
}

impl Since {
    /// Before the work that led from the last commit shared with `revision` to the folder as it is.
    ///
    /// # Errors
    /// Where git cannot tell that commit.
    pub(super) fn new(folder: &Path, revision: &str) -> anyhow::Result<Self> {
        Ok(Self {
            revision: revision.to_owned(),
            base: Commit::shared_with(folder, revision)?,
            before: 0,
        })
    }

    /// Leaves out the findings that were there before.
    pub(super) fn apply(
        &mut self,
        folder: &Path,
        contract: &Contract,
        report: &mut Report,
        fingerprints: &Fingerprints,
    ) -> anyhow::Result<()> {
        if report.findings().is_empty() {
            return Ok(());
        }
        let known = progress::during("reading the sources as they were", || {
            self.known(folder, contract)
        })?;
        self.before = report.drop_unless(|finding| {
            let whole = fingerprints.whole(finding);
            whole.is_none_or(|whole| !known.contains(whole))
        });
        Ok(())
    }

    /// The findings that counted in the sources as they were.
    fn known(&self, folder: &Path, contract: &Contract) -> anyhow::Result<HashSet<Fingerprint>> {
        let folder = repository::folder(folder);
        let renames = self.base.renames(&folder)?;
        let tree = Tree::committed(self.base.files(&folder, Tree::reads)?);
        let renamed = |finding: &Finding| {
            let mut finding = finding.clone();
            let related = finding.related.iter_mut().map(|it| &mut it.place);
            for place in std::iter::once(&mut finding.place).chain(related) {
                if let Some(new) = renames.get(&place.file) {
                    place.file.clone_from(new);
                }
            }
            finding
        };
        let mut report = audit(&tree).report;
        contract.before(&self.base)?.apply(&mut report);
        let report = Report::new(report.findings().iter().map(renamed).collect());
        let source = |file: &str| {
            let mut renames = renames.iter();
            let old = renames.find_map(|(old, new)| (new == file).then_some(old.as_str()));
            tree.text(old.unwrap_or(file))
        };
        let fingerprints = Fingerprints::of(&report, source);
        let findings = report.findings().iter();
        Ok(findings
            .filter_map(|it| fingerprints.whole(it).cloned())
            .collect())
    }

    /// How many findings were left out, in words; `None` where there were none.
    pub(super) fn words(&self) -> Option<String> {
        let findings = match self.before {
            0 => return None,
            1 => "1 finding that was".to_owned(),
            many => format!("{many} findings that were"),
        };
        let revision = &self.revision;
        Some(format!(
            "left out: {findings} there at the last commit shared with `{revision}`"
        ))
    }

    /// Tells the report for programs.
    pub(super) fn tell(&self, report: &mut serde_json::Value) {
        report["since"] = serde_json::json!({
            "revision": self.revision,
            "base": self.base.id(),
            "before": self.before,
        });
    }
}
