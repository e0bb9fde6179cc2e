//! Files that are written whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

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
