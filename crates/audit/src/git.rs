//! What git knows of the files, read without running it.

use std::fs;
use std::path::{Path, PathBuf};

/// The index of the repository to which a folder belongs: the files that git tracks.
pub(crate) struct GitIndex {
    /// The index as git keeps it; paths stand in it as they are (format versions 2 and 3).
    bytes: Vec<u8>,
    /// The folder looked at, relative to the top of the work tree, with `/` at its end unless empty.
    prefix: String,
}

impl GitIndex {
    /// The index above `folder`; `None` where there is no repository.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let folder = fs::canonicalize(folder).ok()?;
        let top = folder
            .ancestors()
            .find(|above| above.join(".git").exists())?;
        let bytes = fs::read(git_folder(&top.join(".git"))?.join("index")).ok()?;
        let inside = folder.strip_prefix(top).ok()?;
        let mut prefix = String::new();
        for part in inside.components() {
            prefix.push_str(&part.as_os_str().to_string_lossy());
            prefix.push('/');
        }
        Some(Self { bytes, prefix })
    }

    /// Whether git tracks a file, by its path below the folder looked at.
    pub(crate) fn holds(&self, path: &str) -> bool {
        // An entry is the path, ended by a null byte, behind two bytes of flags.
        let entry = format!("{}{path}\0", self.prefix);
        memchr::memmem::find_iter(&self.bytes, entry.as_bytes()).any(|at| {
            let length = at
                .checked_sub(2)
                .and_then(|flags| self.bytes.get(flags..at))
                .map(|flags| usize::from(u16::from_be_bytes([flags[0], flags[1]]) & 0xfff));
            length == Some((entry.len() - 1).min(0xfff))
        })
    }
}

/// The folder of the repository: `.git` itself, or what the file `.git` of a work tree points to.
fn git_folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    let target = text.strip_prefix("gitdir:")?.trim();
    Some(git.parent()?.join(target))
}

#[cfg(test)]
mod tests {
    use super::GitIndex;

    #[test]
    fn a_file_of_the_index_is_tracked_and_one_that_only_begins_like_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join(".git")).unwrap();
        std::fs::create_dir_all(folder.path().join("api")).unwrap();
        let mut index = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
        // Times, device, inode, mode, owner, size and the object's name come before the flags.
        index.extend([0; 60]);
        let path = b"api/.env.local";
        index.extend(u16::try_from(path.len()).unwrap().to_be_bytes());
        index.extend(path);
        index.extend([0; 8]);
        std::fs::write(folder.path().join(".git/index"), index).unwrap();
        let whole = GitIndex::of(folder.path()).unwrap();
        assert!(whole.holds("api/.env.local"));
        assert!(!whole.holds(".env.local"));
        assert!(!whole.holds("api/.env"));
        assert!(
            GitIndex::of(&folder.path().join("api"))
                .unwrap()
                .holds(".env.local")
        );
    }
}
