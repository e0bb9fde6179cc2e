//! The files of a folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use betroth_scaffold::files::{Files, Standing};

/// A folder on the disk.
pub(in crate::command) struct Disk {
    /// In full, without links.
    root: PathBuf,
}

/// The mark that editors of Windows put before a text.
const MARK: &str = "\u{feff}";

impl Disk {
    /// # Errors
    /// Where there is no such folder.
    pub(in crate::command) fn new(folder: &Path) -> anyhow::Result<Self> {
        let root = folder
            .canonicalize()
            .with_context(|| format!("`{}` cannot be read", folder.display()))?;
        Ok(Self { root })
    }

    /// A file by its path below the folder.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// The same, where no link on the way leads out of the folder.
    ///
    /// # Errors
    /// Where one does.
    pub(super) fn inside(&self, file: &str) -> anyhow::Result<PathBuf> {
        let path = self.path(file);
        let mut above = path.ancestors();
        let standing = above.find_map(|it| it.canonicalize().ok());
        if standing.is_none_or(|it| !it.starts_with(&self.root)) {
            bail!(
                "`{file}` lies behind a link that leads out of `{}`; nothing was written",
                self.root.display()
            );
        }
        Ok(path)
    }

    /// Whether a file begins with the mark of Windows.
    pub(super) fn is_marked(&self, file: &str) -> bool {
        let bytes = fs::read(self.path(file)).unwrap_or_default();
        bytes.starts_with(MARK.as_bytes())
    }
}

impl Files for Disk {
    fn text(&self, path: &str) -> Option<String> {
        let text = fs::read_to_string(self.path(path)).ok()?;
        Some(text.strip_prefix(MARK).map(str::to_owned).unwrap_or(text))
    }

    fn standing(&self, path: &str) -> Standing {
        match fs::metadata(self.path(path)) {
            Ok(metadata) if metadata.is_dir() => Standing::Folder,
            Ok(_) => Standing::File,
            // A link to nothing is something, too.
            Err(_) if self.path(path).is_symlink() => Standing::File,
            Err(_) => Standing::Nothing,
        }
    }
}
