//! `--diff` and `--fix`: what a program can write to mend the findings.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use betroth_audit::Tree;
use betroth_report::{Mended, Report};

use crate::output::{Output, complain};
use crate::patch::{Writer, of_file};
use crate::whole_file;

/// Prints what `--fix` would write, as a patch that `git apply` and `patch -p1` take; 1 where there is something.
pub(super) fn diff(tree: &Tree, report: &Report, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mended = Mended::by(report, |file| tree.text(file));
    for (file, after) in &mended.files {
        let before = tree.text(file).unwrap_or_default();
        let mut patch = String::new();
        of_file(&mut patch, (file, Writer::Person), Some(before), after);
        output.write(&patch)?;
    }
    output.finish()?;
    complain(&summary(&mended, report, "`--fix` writes"));
    Ok(if mended.files.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Writes the edits, file by file; says what was written. Whether anything was.
///
/// # Errors
/// Where a file was changed since it was read, or cannot be written: those before it are written whole, it is as it was.
pub(super) fn write(folder: &Path, tree: &Tree, report: &Report) -> anyhow::Result<bool> {
    let mended = Mended::by(report, |file| tree.text(file));
    let mut files = Vec::new();
    // Every file is looked at before the first is written.
    for (file, after) in &mended.files {
        let path = folder.join(file);
        let bytes = fs::read(&path).with_context(|| format!("`{file}` cannot be read"))?;
        let mark = bytes.strip_prefix("\u{feff}".as_bytes());
        let before = tree.text(file).unwrap_or_default();
        if mark.unwrap_or(&bytes) != before.as_bytes() {
            bail!(
                "`{file}` is not as it was read: it was changed meanwhile, or is not UTF-8; nothing was written"
            );
        }
        let start = if mark.is_some() { "\u{feff}" } else { "" };
        files.push((path, file, format!("{start}{after}")));
    }
    for (path, file, text) in &files {
        whole_file::replace(path, text.as_bytes())
            .with_context(|| format!("`{file}` cannot be written"))?;
    }
    complain(&summary(&mended, report, "written:"));
    Ok(!files.is_empty())
}

/// `written: 2 findings mended in 1 file (cors-outermost, bearer-prefix); 5 others are for a person`.
fn summary(mended: &Mended, report: &Report, verb: &str) -> String {
    let count: usize = mended.taken.values().sum();
    let left = report.findings().len() - count;
    if count == 0 {
        return match left {
            0 => "nothing to mend".to_owned(),
            1 => "nothing that a program can mend; the finding is for a person".to_owned(),
            more => {
                format!("nothing that a program can mend; the {more} findings are for a person")
            }
        };
    }
    let others = match left {
        0 => String::new(),
        1 => "; 1 other is for a person to mend".to_owned(),
        more => format!("; {more} others are for a person to mend"),
    };
    let findings = if count == 1 { "finding" } else { "findings" };
    let files = if mended.files.len() == 1 {
        "file"
    } else {
        "files"
    };
    let names: Vec<&str> = mended.taken.keys().copied().collect();
    format!(
        "{verb} {count} {findings} mended in {} {files} ({}){others}",
        mended.files.len(),
        names.join(", ")
    )
}
