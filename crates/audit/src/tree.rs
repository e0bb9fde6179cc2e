//! The files of a folder, read.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use betroth_contract::LOCK_FILE;
use betroth_report::Place;
use ignore::{DirEntry, WalkBuilder};

use crate::AuditError;
use crate::environment::{self, EnvironmentFile};
use crate::git::GitIndex;

/// Largest file that is read, in bytes: what is larger was not written by hand.
const LARGEST: u64 = 5 << 20;

/// Folders that hold what tools make or fetch.
const SKIPPED: &[&str] = &[
    "node_modules",
    "venv",
    "site-packages",
    "__pycache__",
    "dist",
    "build",
    "bower_components",
];

/// Files that stand where a Python program is deployed from.
const MANIFESTS: &[&str] = &[
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "Pipfile",
    "uv.lock",
];

/// A file, or a part of one, that was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Path relative to the folder looked at, with `/`.
    pub file: String,
    /// Line, from 1; `None` where it is the whole file, or a folder.
    pub line: Option<u32>,
    /// Why, and what follows from it.
    pub why: String,
}

/// The sources of a folder by their paths, which are relative to it, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub(crate) files: BTreeMap<String, Arc<str>>,
    /// The contracts, and what is made of them for one API; their names tell which.
    pub(crate) contracts: BTreeMap<String, Arc<str>>,
    /// Files of environment variables, without their values.
    pub(crate) environments: Vec<EnvironmentFile>,
    /// Folders that hold a Python manifest; empty for the folder looked at.
    pub(crate) deployed: Vec<String>,
    /// What was not read.
    pub(crate) unread: Vec<Unread>,
}

impl Tree {
    /// Reads the sources below `folder`: Python, TypeScript, JavaScript and the manifests that say what they belong to.
    ///
    /// Links are not followed; what tools fetch or make is left out, and in a git repository what `.gitignore` names.
    /// A file that cannot be read is listed, and the rest is read all the same.
    ///
    /// # Errors
    /// Where `folder` is missing, is no folder, or cannot be listed.
    pub fn read(folder: &Path) -> Result<Self, AuditError> {
        let metadata =
            fs::metadata(folder).map_err(|_| AuditError::Missing(folder.to_path_buf()))?;
        if !metadata.is_dir() {
            return Err(AuditError::NotAFolder(folder.to_path_buf()));
        }
        if let Err(source) = fs::read_dir(folder) {
            return Err(AuditError::Unreadable {
                folder: folder.to_path_buf(),
                source,
            });
        }
        let mut tree = Self::default();
        let mut found = Vec::new();
        let walk = WalkBuilder::new(folder)
            .follow_links(false)
            .hidden(false)
            .filter_entry(|entry| !is_skipped(entry))
            .sort_by_file_name(std::ffi::OsStr::cmp)
            .build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                    let path = relative(folder, entry.path());
                    tree.note_manifest(&path);
                    if is_read(&path) {
                        found.push((path, entry.into_path()));
                    }
                }
                Ok(_) => {}
                Err(error) => tree.unread.push(Unread {
                    file: place_of(&error, folder),
                    line: None,
                    why: format!("not read: {}", without_path(&error)),
                }),
            }
        }
        let index = GitIndex::of(folder);
        for (path, read) in read_all(found) {
            match (read, environment::kind(&path)) {
                (Ok(text), Some(kind)) => {
                    let tracked = index.as_ref().map(|index| index.holds(&path));
                    tree.environments
                        .push(EnvironmentFile::read(path, kind, &text, tracked));
                }
                (Ok(text), None) => tree.hold(path, text.into()),
                (Err(why), _) => tree.unread.push(Unread {
                    file: path,
                    line: None,
                    why,
                }),
            }
        }
        tree.unread.sort();
        Ok(tree)
    }

    /// A tree of files that are at hand already.
    pub fn of(files: impl IntoIterator<Item = (String, impl Into<Arc<str>>)>) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            let text = text.into();
            tree.note_manifest(&path);
            if let Some(kind) = environment::kind(&path) {
                let file = EnvironmentFile::read(path, kind, &text, None);
                tree.environments.push(file);
            } else {
                tree.hold(path, text);
            }
        }
        tree
    }

    /// A tree of files as git holds them. What is no text is listed as not read.
    pub fn committed(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut tree = Self::default();
        for (path, bytes) in files {
            tree.note_manifest(&path);
            match (decoded(Path::new(&path), bytes), environment::kind(&path)) {
                (Ok(text), Some(kind)) => {
                    let file = EnvironmentFile::read(path, kind, &text, Some(true));
                    tree.environments.push(file);
                }
                (Ok(text), None) if is_read(&path) => tree.hold(path, text.into()),
                (Ok(_), None) => {}
                (Err(why), _) => tree.unread.push(Unread {
                    file: path,
                    line: None,
                    why,
                }),
            }
        }
        tree
    }

    /// Whether a file has a part in a tree, by its path: as a source, or as a manifest that says what stands around it.
    pub fn reads(path: &str) -> bool {
        let mut parts: Vec<&str> = path.split('/').collect();
        let name = parts.pop().unwrap_or_default();
        !parts.into_iter().any(is_skipped_name) && (is_read(path) || MANIFESTS.contains(&name))
    }

    /// The files with their texts, in the order of their paths.
    pub fn into_sources(self) -> impl Iterator<Item = (String, Arc<str>)> {
        self.files.into_iter()
    }

    /// The text of a file by its path.
    pub fn text(&self, path: &str) -> Option<&str> {
        let file = self.files.get(path).or_else(|| self.contracts.get(path));
        file.map(AsRef::as_ref)
    }

    /// What stands at a place, as far as it is wide; `None` where the file has no such place.
    pub(crate) fn covered(&self, place: &Place) -> Option<&str> {
        let line = usize::try_from(place.line.checked_sub(1)?).ok()?;
        let start = usize::try_from(place.column.checked_sub(1)?).ok()?;
        let width = usize::try_from(place.width).ok()?;
        let line = self.text(&place.file)?.lines().nth(line)?;
        let at = |count| {
            let mut chars = line.char_indices();
            chars.nth(count).map_or(line.len(), |(at, _)| at)
        };
        line.get(at(start)..at(start + width))
    }

    /// A string of a source without its quotes. It may be a secret: it goes into no message.
    pub(crate) fn quoted(&self, place: &Place) -> Option<&str> {
        let text = self.covered(place)?.trim_matches(['"', '\'']);
        (!text.is_empty()).then_some(text)
    }

    /// Whether no source was found.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Takes a file in that holds no variables.
    fn hold(&mut self, path: String, text: Arc<str>) {
        let files = if is_contract(&path) {
            &mut self.contracts
        } else {
            &mut self.files
        };
        files.insert(path, text);
    }

    fn note_manifest(&mut self, path: &str) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if MANIFESTS.contains(&name) && !self.deployed.iter().any(|known| known == folder) {
            self.deployed.push(folder.to_owned());
        }
    }
}

fn is_skipped(entry: &DirEntry) -> bool {
    entry.depth() > 0
        && entry.file_type().is_some_and(|kind| kind.is_dir())
        && entry.file_name().to_str().is_some_and(is_skipped_name)
}

/// Whether what a folder of that name holds is no part of the sources.
fn is_skipped_name(name: &str) -> bool {
    SKIPPED.contains(&name)
        || name.ends_with(".egg-info")
        || (name.starts_with('.') && name != ".github")
}

/// Whether the text of a file has a part in a tree.
fn is_read(path: &str) -> bool {
    is_source(path) || is_contract(path) || environment::kind(path).is_some()
}

fn is_contract(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "betroth.toml" | LOCK_FILE)
}

pub(crate) fn is_python(path: &str) -> bool {
    extension(path) == Some("py")
}

fn is_source(path: &str) -> bool {
    let hidden = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with('.'));
    !hidden && (is_python(path) || is_web(path))
}

/// Whether the reader of TypeScript takes the file.
pub(crate) fn is_web(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let manifest = name == "package.json"
        || ((name.starts_with("tsconfig") || name.starts_with("jsconfig"))
            && extension(path) == Some("json"));
    manifest
        || matches!(
            extension(path),
            Some("ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts")
        )
}

fn extension(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, extension)| extension)
}

fn relative(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// Reads on all cores; the order is that of the paths.
fn read_all(found: Vec<(String, PathBuf)>) -> Vec<(String, Result<String, String>)> {
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let count = found.len();
    let next = Mutex::new(found.into_iter());
    let done = Mutex::new(Vec::with_capacity(count));
    let work = || {
        loop {
            let taken = next.lock().ok().and_then(|mut found| found.next());
            let Some((name, path)) = taken else { break };
            let text = read_one(&path);
            if let Ok(mut done) = done.lock() {
                done.push((name, text));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by(|(a, _), (b, _)| a.cmp(b));
    done
}

/// The text of a file, or why there is none.
fn read_one(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("not read: {}", in_words(error.kind())))?;
    if bytes.len() as u64 > LARGEST {
        return Err("not read: larger than 5 MB".to_owned());
    }
    decoded(path, bytes)
}

/// The text that bytes are, or why they are none.
fn decoded(path: &Path, bytes: Vec<u8>) -> Result<String, String> {
    if bytes.contains(&0) {
        return Err("not read: it holds null bytes, so it is no source text".to_owned());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text)),
        // Each byte is the character of its number: what is ASCII stays as it is, and that is all that code needs.
        Err(error) if path.extension().is_some_and(|it| it == "py") => {
            Ok(error.into_bytes().iter().copied().map(char::from).collect())
        }
        Err(_) => Err("not read: it is not UTF-8".to_owned()),
    }
}

fn place_of(error: &ignore::Error, folder: &Path) -> String {
    match error {
        ignore::Error::WithPath { path, .. } => relative(folder, path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place_of(err, folder)
        }
        ignore::Error::Loop { child, .. } => relative(folder, child),
        _ => ".".to_owned(),
    }
}

/// The words of an error without the path, which stands beside them already.
fn without_path(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Loop { .. } => "a link that leads back to a folder above it".to_owned(),
        _ => error.io_error().map_or_else(
            || "it could not be listed".to_owned(),
            |error| in_words(error.kind()),
        ),
    }
}

/// What went wrong, without the system's own number for it.
fn in_words(kind: std::io::ErrorKind) -> String {
    use std::io::ErrorKind;
    match kind {
        ErrorKind::PermissionDenied => {
            "permission denied; what stands there is missing from the answer".to_owned()
        }
        ErrorKind::NotFound => "it was gone when it was to be read".to_owned(),
        other => other.to_string(),
    }
}
