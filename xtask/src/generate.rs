//! `cargo xtask generate`: the files that are made from the types, so that no truth is written down twice.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A file that is written by a program, and kept in the repository for those who read without building.
pub(crate) struct Generated {
    /// Where it stands, from the workspace's folder.
    path: &'static str,
    /// Makes its text.
    text: fn() -> Result<String>,
}

/// Every generated file.
pub(crate) const FILES: &[Generated] = &[Generated {
    path: "crates/contract/betroth.schema.json",
    text: || json(&betroth_contract::schema()),
}];

/// Writes every file, or with `check` compares it with what would be written.
///
/// # Errors
/// With `check`, names each file that is stale; else, a file that cannot be written.
pub(crate) fn run(check: bool) -> Result<()> {
    let stale = write(crate::root(), FILES, check)?;
    for path in &stale {
        println!("{} {path}", if check { "stale" } else { "wrote" });
    }
    if check && !stale.is_empty() {
        bail!(
            "not as the types say: `{}`; run `cargo xtask generate` and commit what it writes",
            stale.join("`, `")
        );
    }
    println!("generated files: {}, changed: {}", FILES.len(), stale.len());
    Ok(())
}

/// The paths of the files that differ from what the types say; without `check` they are written.
fn write(root: &Path, files: &[Generated], check: bool) -> Result<Vec<&'static str>> {
    let mut stale = Vec::new();
    for file in files {
        let text = (file.text)().with_context(|| format!("could not make `{}`", file.path))?;
        let path = root.join(file.path);
        // A file that cannot be read is a file that is not there as it should be.
        if fs::read_to_string(&path).ok().as_deref() == Some(&text) {
            continue;
        }
        if !check {
            fs::write(&path, text).with_context(|| format!("could not write `{}`", file.path))?;
        }
        stale.push(file.path);
    }
    Ok(stale)
}

fn json(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &[Generated] = &[Generated {
        path: "one.json",
        text: || json(&serde_json::json!({ "a": 1 })),
    }];

    #[test]
    fn a_missing_file_is_stale_until_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(write(folder.path(), ONE, true).unwrap(), ["one.json"]);
        assert!(
            !folder.path().join("one.json").exists(),
            "a check writes nothing"
        );
        assert_eq!(write(folder.path(), ONE, false).unwrap(), ["one.json"]);
        assert_eq!(
            fs::read_to_string(folder.path().join("one.json")).unwrap(),
            "{\n  \"a\": 1\n}\n"
        );
        assert!(write(folder.path(), ONE, true).unwrap().is_empty());
    }

    #[test]
    fn an_edited_file_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one.json"), "{ \"a\": 1 }\n").unwrap();
        assert_eq!(write(folder.path(), ONE, true).unwrap(), ["one.json"]);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let files = &[Generated {
            path: "no/such/folder/one.json",
            text: || json(&Value::Null),
        }];
        let error = write(tempfile::tempdir().unwrap().path(), files, false).unwrap_err();
        assert!(
            error.to_string().contains("no/such/folder/one.json"),
            "{error}"
        );
    }
}
