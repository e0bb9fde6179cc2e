//! The baseline: findings that were there when it was written, which do not count until somebody sees to them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use betroth_report::{Fingerprints, Notice, PassedBy, Place, Report};
use serde::{Deserialize, Serialize};

use crate::{output, whole_file};

/// The version of the file's form.
const SCHEMA: u32 = 1;

/// What is recorded, with the file that holds it.
#[derive(Debug)]
pub(super) struct Baseline {
    path: PathBuf,
    recorded: BTreeSet<Recorded>,
}

/// The file as it is written: findings in the order of their files, so that a change of it reads well.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    schema: u32,
    findings: BTreeSet<Recorded>,
}

/// One finding: enough to know it by, and nothing that changes with the lines around it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    file: String,
    rule: String,
    fingerprint: String,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// Where the file is missing, cannot be read, or is no baseline of this version.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        if !path.exists() {
            bail!("the baseline `{name}` does not exist; `--write-baseline {name}` makes it");
        }
        let text = fs::read_to_string(path)
            .with_context(|| format!("the baseline `{name}` cannot be read"))?;
        let form: Form = serde_json::from_str(&text).with_context(|| {
            format!("`{name}` is no baseline; `--write-baseline {name}` writes it anew")
        })?;
        if form.schema != SCHEMA {
            bail!(
                "the baseline `{name}` has version {}, and this program knows {SCHEMA}; `--write-baseline {name}` writes it anew",
                form.schema
            );
        }
        Ok(Self {
            path: path.to_owned(),
            recorded: form.findings,
        })
    }

    /// Writes a baseline of every finding that counts, whole or not at all, and says so.
    ///
    /// # Errors
    /// Where the file cannot be written; it is then as it was.
    pub(super) fn record(
        report: &Report,
        fingerprints: &Fingerprints,
        path: &Path,
    ) -> anyhow::Result<Self> {
        let findings = report.findings().iter();
        let recorded = findings.filter_map(|finding| {
            Some(Recorded {
                file: finding.place.file.clone(),
                rule: finding.rule.to_owned(),
                fingerprint: fingerprints.get(finding)?.to_string(),
            })
        });
        let form = Form {
            schema: SCHEMA,
            findings: recorded.collect(),
        };
        let text = serde_json::to_string_pretty(&form)? + "\n";
        let name = path.display();
        whole_file::replace(path, text.as_bytes())
            .with_context(|| format!("the baseline `{name}` cannot be written"))?;
        let count = form.findings.len();
        let findings = if count == 1 { "finding" } else { "findings" };
        output::complain(&format!("{count} {findings} recorded in `{name}`"));
        Ok(Self {
            path: path.to_owned(),
            recorded: form.findings,
        })
    }

    /// Lets pass what is recorded; returns what is recorded and no longer found.
    pub(super) fn apply(&self, report: &mut Report, fingerprints: &Fingerprints) -> Vec<Notice> {
        let name = self.path.display().to_string();
        let mut gone: BTreeMap<&str, &Recorded> = self
            .recorded
            .iter()
            .map(|it| (it.fingerprint.as_str(), it))
            .collect();
        report.let_pass(|finding| {
            let fingerprint = fingerprints.get(finding)?.to_string();
            gone.remove(fingerprint.as_str())?;
            let by = PassedBy::Baseline(name.clone());
            Some((by, "recorded before".to_owned()))
        });
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for recorded in gone.values() {
            *counts.entry((&recorded.file, &recorded.rule)).or_default() += 1;
        }
        let notices = counts.into_iter().map(|((file, rule), count)| {
            let findings = if count == 1 { "finding" } else { "findings" };
            let message = format!(
                "{count} {findings} of `{rule}` in the baseline `{name}`, and no longer here"
            );
            let help = format!("`--write-baseline {name}` writes it anew");
            Notice::new(Place::new(file, 1, 1), message, help)
        });
        notices.collect()
    }
}
