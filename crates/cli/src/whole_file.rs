//! Files that are written whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Puts `text` in the place of a file, or where there was none; whoever reads it meanwhile finds the old text.
///
/// What a link leads to is replaced, not the link; who may read and run a file stays as it was.
///
/// # Errors
/// Where it cannot be written; it is then as it was.
pub(crate) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let file = written(&path, text)?;
    if let Ok(metadata) = fs::metadata(&path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.persist(path)?;
    Ok(())
}

/// A text that is on the disk already, beside the place that it is for.
pub(crate) struct Staged {
    path: PathBuf,
    new: NamedTempFile,
    /// What stands there, written once more, so that it can be put back without room for it.
    old: Option<NamedTempFile>,
}

/// Writes a text beside the place that it is for, which stays as it is.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn stage(path: &Path, text: &[u8]) -> io::Result<Staged> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let new = written(&path, text)?;
    let old = match fs::read(&path) {
        Ok(before) => {
            let permissions = fs::metadata(&path)?.permissions();
            let old = written(&path, &before)?;
            for file in [&new, &old] {
                file.as_file().set_permissions(permissions.clone())?;
            }
            Some(old)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Staged { path, new, old })
}

impl Staged {
    /// Puts it in its place; gives back what undoes that.
    ///
    /// # Errors
    /// Where that is not to be had; the place is then as it was.
    pub(crate) fn commit(self) -> io::Result<Undo> {
        if self.old.is_some() {
            self.new.persist(&self.path)?;
        } else {
            self.new.persist_noclobber(&self.path)?;
        }
        Ok(Undo {
            path: self.path,
            old: self.old,
        })
    }
}

/// What stood at a place before.
pub(crate) struct Undo {
    path: PathBuf,
    old: Option<NamedTempFile>,
}

impl Undo {
    /// Puts it back.
    ///
    /// # Errors
    /// Where the place is not to be had any more.
    pub(crate) fn undo(self) -> io::Result<()> {
        match self.old {
            Some(old) => old.persist(&self.path).map(drop).map_err(Into::into),
            None => fs::remove_file(&self.path),
        }
    }
}

/// Writes a file where nothing stands.
///
/// # Errors
/// Where it cannot be written, or something stands there by now.
pub(crate) fn create(path: &Path, text: &[u8]) -> io::Result<()> {
    written(path, text)?.persist_noclobber(path)?;
    Ok(())
}

/// The same, of a file that its owner alone may read and write.
#[cfg(feature = "token")]
pub(crate) fn create_private(path: &Path, text: &[u8]) -> io::Result<()> {
    // Where nothing else is asked for, a temporary file is its owner's.
    filled(&mut tempfile::Builder::new(), path, text)?.persist_noclobber(path)?;
    Ok(())
}

/// A file beside the place, with the text.
fn written(path: &Path, text: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // As any other source: what the person's umask leaves of it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    filled(&mut builder, path, text)
}

fn filled(
    builder: &mut tempfile::Builder<'_, '_>,
    path: &Path,
    text: &[u8],
) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut file = builder
        .prefix(".betroth-")
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    Ok(file)
}
