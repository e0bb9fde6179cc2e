//! Which Python runs the project.

use std::path::{Path, PathBuf};

/// Where virtual environments keep their interpreter, the usual ones first.
const USUAL: &[&str] = &[
    ".venv/bin/python",
    "venv/bin/python",
    ".venv/Scripts/python.exe",
    "venv/Scripts/python.exe",
];

/// The interpreter that is named, else that of a virtual environment in `root` or above it up to `dir`, else `python3`.
///
/// Links stay links: what they point to does not know of the virtual environment.
pub(super) fn find(named: Option<&Path>, dir: &Path, root: &Path) -> PathBuf {
    if let Some(named) = named {
        let is_command = named.components().count() == 1 && !named.is_file();
        return if is_command {
            named.to_path_buf()
        } else {
            absolute(named)
        };
    }
    root.ancestors()
        .take_while(|folder| folder.starts_with(dir))
        .flat_map(|folder| USUAL.iter().map(move |usual| folder.join(usual)))
        .find(|python| python.is_file())
        .map_or_else(|| PathBuf::from("python3"), |python| absolute(&python))
}

/// The import runs in another folder than ours.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn with(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    #[test]
    fn the_environment_beside_the_application_goes_before_the_one_above() {
        let dir = with(&["api/venv/bin/python", ".venv/bin/python"]);
        let root = dir.path().join("api");
        let found = find(None, dir.path(), &root);
        assert_eq!(found, root.join("venv/bin/python"));
    }

    #[test]
    fn the_environment_of_the_whole_folder_serves_an_application_below() {
        let dir = with(&[".venv/bin/python"]);
        let found = find(None, dir.path(), &dir.path().join("api"));
        assert_eq!(found, dir.path().join(".venv/bin/python"));
    }

    #[test]
    fn without_an_environment_it_is_the_python_of_the_system() {
        let dir = with(&[]);
        assert_eq!(find(None, dir.path(), dir.path()), PathBuf::from("python3"));
    }

    #[test]
    fn a_named_interpreter_goes_before_all() {
        let dir = with(&[".venv/bin/python"]);
        let named = Path::new("python3.12");
        assert_eq!(find(Some(named), dir.path(), dir.path()), named);
    }
}
