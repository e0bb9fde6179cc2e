//! The git repository to which a folder belongs.

pub(crate) mod commit;

use std::path::{Path, PathBuf};

/// The top of the repository above a folder, which is given in full.
///
/// Without a repository it is the folder in which the program runs, and the folder itself where that lies elsewhere.
pub(crate) fn top(folder: &Path) -> PathBuf {
    let mut ancestors = folder.ancestors();
    if let Some(top) = ancestors.find(|above| above.join(".git").exists()) {
        return top.to_owned();
    }
    std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .ok()
        .filter(|here| folder.starts_with(here))
        .unwrap_or_else(|| folder.to_owned())
}

/// A folder relative to the top of its repository, with `/` at its end unless empty.
pub(crate) fn folder(folder: &Path) -> String {
    match folder.canonicalize() {
        Ok(folder) => below(&top(&folder), &folder),
        Err(_) => String::new(),
    }
}

/// `folder` relative to `above`, with `/` at its end unless empty; empty where it lies elsewhere.
pub(crate) fn below(above: &Path, folder: &Path) -> String {
    let inside = folder.strip_prefix(above).unwrap_or(Path::new(""));
    inside
        .components()
        .flat_map(|part| [part.as_os_str().to_string_lossy(), "/".into()])
        .collect()
}
