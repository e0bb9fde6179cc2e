//! Whether something was made of what is there now: each result has the hash of its sources in `target/demo/made`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// What stands beside sources and is none.
const MADE: [&str; 8] = [
    "node_modules",
    ".next",
    "next-env.d.ts",
    "tsconfig.tsbuildinfo",
    "dist",
    "tests",
    "__pycache__",
    ".venv",
];

/// The sources of a result.
pub(super) struct Fingerprint {
    name: &'static str,
    hash: Vec<u8>,
}

impl Fingerprint {
    /// Reads files and folders with all that is in them, and takes settings as they are.
    ///
    /// # Errors
    /// Names what cannot be read.
    pub(super) fn of(name: &'static str, sources: &[PathBuf], settings: &[&str]) -> Result<Self> {
        let mut hash = Sha256::new();
        for source in sources {
            add(&mut hash, source)
                .with_context(|| format!("could not read `{}`", source.display()))?;
        }
        for setting in settings {
            field(&mut hash, setting.as_bytes());
        }
        let hash = hash.finalize().to_vec();
        Ok(Self { name, hash })
    }

    /// Whether `result` is there, and was made of the same.
    pub(super) fn holds(&self, result: &Path) -> bool {
        result.exists() && fs::read(self.file()).is_ok_and(|hash| hash == self.hash)
    }

    /// Says that the result is made of it now.
    pub(super) fn keep(&self) -> Result<()> {
        let file = self.file();
        let kept =
            fs::create_dir_all(super::scratch("made")).and_then(|()| fs::write(&file, &self.hash));
        kept.with_context(|| format!("could not write `{}`", file.display()))
    }

    fn file(&self) -> PathBuf {
        super::scratch("made").join(self.name)
    }
}

fn add(hash: &mut Sha256, path: &Path) -> io::Result<()> {
    if !path.is_dir() {
        field(hash, path.as_os_str().as_encoded_bytes());
        field(hash, &fs::read(path)?);
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let is_source = |path: &PathBuf| {
        path.file_name()
            .is_none_or(|name| MADE.iter().all(|made| name != *made))
    };
    entries
        .iter()
        .filter(|path| is_source(path))
        .try_for_each(|path| add(hash, path))
}

/// With its length: no two lists of fields give the same bytes.
fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(folder: &Path, settings: &[&str]) -> Vec<u8> {
        let fingerprint = Fingerprint::of("test", &[folder.to_owned()], settings);
        fingerprint.expect("the folder can be read").hash
    }

    #[test]
    fn a_fingerprint_is_another_where_a_source_or_a_setting_is() {
        let folder = tempfile::tempdir().expect("there is a folder for tests");
        fs::write(folder.path().join("a.ts"), "1").expect("the folder can be written");
        let first = hash(folder.path(), &["8000"]);
        assert_eq!(hash(folder.path(), &["8000"]), first);
        assert_ne!(hash(folder.path(), &["8001"]), first);
        fs::create_dir(folder.path().join("node_modules")).expect("the folder can be written");
        fs::write(folder.path().join("node_modules/b.js"), "1").expect("the folder can be written");
        assert_eq!(
            hash(folder.path(), &["8000"]),
            first,
            "what was made is no source"
        );
        fs::write(folder.path().join("a.ts"), "2").expect("the folder can be written");
        assert_ne!(hash(folder.path(), &["8000"]), first);
    }
}
