//! The git repository to which a folder belongs.

use std::path::{Path, PathBuf};

/// The top of the repository above a folder, which is given in full; `None` where there is no repository.
pub(crate) fn top(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").exists())
}

/// A folder relative to the top of its repository, with `/` at its end unless empty.
///
/// Without a repository it is relative to the folder in which the program runs, and empty where it lies elsewhere.
pub(crate) fn folder(folder: &Path) -> String {
    let Ok(folder) = folder.canonicalize() else {
        return String::new();
    };
    let top = match top(&folder) {
        Some(top) => Some(top.to_owned()),
        None => std::env::current_dir()
            .and_then(|it| it.canonicalize())
            .ok(),
    };
    top.and_then(|top| below(&top, &folder)).unwrap_or_default()
}

/// `folder` relative to `top`, with `/` at its end unless empty; `None` where it does not lie below.
pub(crate) fn below(top: &Path, folder: &Path) -> Option<String> {
    let inside: PathBuf = folder.strip_prefix(top).ok()?.into();
    let parts = inside.components();
    Some(
        parts
            .flat_map(|part| [part.as_os_str().to_string_lossy(), "/".into()])
            .collect(),
    )
}
