//! The file: whole, or not at all.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};

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

/// Writes beside the place and moves there, so that nobody reads half a file; without `force` only where nothing stands.
pub(super) fn atomically(path: &Path, text: &str, force: bool) -> anyhow::Result<()> {
    let why = || format!("`{}` cannot be written", path.display());
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut file = tempfile::Builder::new();
    file.prefix(".betroth.toml.");
    // As any other source: what the person's umask leaves of it.
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .with_context(why)?;
    file.write_all(text.as_bytes()).with_context(why)?;
    file.as_file().sync_all().with_context(why)?;
    if force {
        file.persist(path).map_err(|error| error.error)
    } else {
        file.persist_noclobber(path).map_err(|error| error.error)
    }
    .with_context(why)?;
    Ok(())
}
