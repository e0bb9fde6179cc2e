//! Files that hold keys.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::whole_file;

/// What a file holds.
pub(super) fn text(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("`{}` cannot be read", file.display()))
}

/// Refuses to go on where something stands already.
pub(super) fn ensure_absent(file: &Path) -> anyhow::Result<()> {
    if file.symlink_metadata().is_ok() {
        bail!(
            "`{}` is there already, and a key is never overwritten; name another file",
            file.display()
        );
    }
    Ok(())
}

/// Writes a new file that everybody may read.
pub(super) fn create(file: &Path, text: &str) -> anyhow::Result<()> {
    whole_file::create(file, text.as_bytes()).with_context(|| not_written(file))
}

/// Writes a new file that its owner alone may read.
pub(super) fn create_private(file: &Path, text: &str) -> anyhow::Result<()> {
    whole_file::create_private(file, text.as_bytes()).with_context(|| not_written(file))
}

fn not_written(file: &Path) -> String {
    format!("`{}` cannot be written", file.display())
}
