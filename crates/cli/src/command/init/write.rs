//! The file: whole, or not at all.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::whole_file;

/// Refuses to go on where something stands already.
pub(super) fn ensure_absent(path: &Path) -> anyhow::Result<()> {
    if path.symlink_metadata().is_ok() {
        bail!(
            "`{}` is there already; `--dry-run` shows what would be written, `--force` overwrites it",
            path.display()
        );
    }
    Ok(())
}

/// Writes the file; without `force` only where nothing stands.
pub(super) fn atomically(path: &Path, text: &str, force: bool) -> anyhow::Result<()> {
    let written = if force {
        whole_file::replace(path, text.as_bytes())
    } else {
        whole_file::create(path, text.as_bytes())
    };
    written.with_context(|| format!("`{}` cannot be written", path.display()))
}
