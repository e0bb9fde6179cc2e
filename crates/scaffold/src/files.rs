//! The files of a repository, as far as what is written follows them.

/// Reads files by their paths below the contract's folder, with `/`.
pub trait Files {
    /// The text of a file; `None` where none stands there, or it is no text.
    fn text(&self, path: &str) -> Option<String>;

    /// What stands at a path.
    fn standing(&self, path: &str) -> Standing;
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Nothing,
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// Files in memory, for tests.
#[cfg(test)]
impl Files for std::collections::BTreeMap<String, String> {
    fn text(&self, path: &str) -> Option<String> {
        self.get(path).cloned()
    }

    fn standing(&self, path: &str) -> Standing {
        match self.get(path) {
            Some(_) => Standing::File,
            None => Standing::Nothing,
        }
    }
}

/// A path below a folder; `.` is the contract's own.
pub fn below(folder: &str, path: &str) -> String {
    match folder {
        "." | "" => path.to_owned(),
        folder => format!("{folder}/{path}"),
    }
}

/// A path as a module beside `from` imports it, without ending: `../lib/auth`.
pub(crate) fn import_path(from: &str, to: &str) -> String {
    let folder: Vec<&str> = from.split('/').rev().skip(1).collect();
    let folder: Vec<&str> = folder.into_iter().rev().collect();
    let steps: Vec<&str> = to.split('/').collect();
    let shared = folder
        .iter()
        .zip(&steps[..steps.len() - 1])
        .take_while(|(one, other)| one == other)
        .count();
    let up = "../".repeat(folder.len() - shared);
    let start = if up.is_empty() { "./" } else { up.as_str() };
    let path = steps[shared..].join("/");
    let path = path
        .rsplit_once('.')
        .map_or(path.as_str(), |(stem, _)| stem);
    format!("{start}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_goes_up_as_far_as_the_folders_differ() {
        for (from, to, reads) in [
            ("web/lib/auth.ts", "web/lib/auth-jwt.ts", "./auth-jwt"),
            (
                "web/app/api/auth/jwt/route.ts",
                "web/lib/auth.ts",
                "../../../../lib/auth",
            ),
            ("auth.ts", "lib/x.ts", "./lib/x"),
        ] {
            assert_eq!(import_path(from, to), reads);
        }
    }
}
