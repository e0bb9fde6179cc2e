//! A commit of a repository, asked of the program `git`. Nothing is checked out or fetched, and no hook or filter is run.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, anyhow, bail, ensure};

/// Files larger than this, in bytes, are no sources.
const LARGEST: u64 = 5 << 20;

/// A commit, with the repository that holds it.
#[derive(Debug)]
pub(crate) struct Commit {
    top: PathBuf,
    /// Its name in hexadecimal digits.
    id: String,
}

/// A file of a commit.
struct Blob {
    path: String,
    id: String,
}

impl Commit {
    /// The last commit that a revision and the present one have in common, in the repository of `folder`.
    ///
    /// # Errors
    /// Where the folder belongs to no repository, the revision is unknown, or the two have nothing in common.
    pub(crate) fn shared_with(folder: &Path, revision: &str) -> anyhow::Result<Self> {
        let top = folder.canonicalize().map(|folder| super::top(&folder));
        let top = top.ok().filter(|top| top.join(".git").exists());
        let Some(top) = top else {
            bail!(
                "`{}` belongs to no git repository, so nothing can be told since `{revision}`",
                folder.display()
            );
        };
        let commit = format!("{revision}^{{commit}}");
        let output = git(
            &top,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ],
        )?;
        ensure!(
            output.status.success(),
            "`{revision}` is no revision of this repository; a shallow clone has to fetch it first"
        );
        let id = line(output);
        let output = git(&top, &["merge-base", &id, "HEAD"])?;
        ensure!(
            output.status.success(),
            "`{revision}` and `HEAD` have no commit in common; a shallow clone has to fetch more of the history"
        );
        let id = line(output);
        Ok(Self { top, id })
    }

    /// Its name in hexadecimal digits.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The files below a folder for whose path `wanted` is true, by their paths below it.
    ///
    /// `folder` is relative to the top, with `/` at its end unless empty. Links and submodules are left out.
    pub(crate) fn files(
        &self,
        folder: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let tree = format!("{}:{}", self.id, folder.trim_end_matches('/'));
        // The folder may be new.
        if !git(&self.top, &["rev-parse", "--verify", "--quiet", &tree])?
            .status
            .success()
        {
            return Ok(Vec::new());
        }
        let listed = done(git(&self.top, &["ls-tree", "-r", "-l", "-z", &tree])?)?;
        let entries = String::from_utf8_lossy(&listed).into_owned();
        let blobs = entries.split('\0').filter_map(Blob::parse);
        let blobs: Vec<Blob> = blobs.filter(|blob| wanted(&blob.path)).collect();
        self.texts(blobs)
    }

    /// The files below a folder that have another path in the index: the new path by the old one, both below it.
    pub(crate) fn renames(&self, folder: &str) -> anyhow::Result<HashMap<String, String>> {
        let arguments = [
            "diff",
            "--cached",
            "--no-ext-diff",
            "--find-renames",
            "--diff-filter=R",
            "--name-status",
            "-z",
            &self.id,
            "--",
        ];
        let listed = done(git(&self.top, &arguments)?)?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let mut words = listed.split('\0');
        let mut renames = HashMap::new();
        // Each is three words: the likeness, the old path, the new one.
        while let (Some(_), Some(old), Some(new)) = (words.next(), words.next(), words.next()) {
            if let (Some(old), Some(new)) = (old.strip_prefix(folder), new.strip_prefix(folder)) {
                renames.insert(old.to_owned(), new.to_owned());
            }
        }
        Ok(renames)
    }

    fn texts(&self, blobs: Vec<Blob>) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let mut child = command(&self.top, &["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(not_started)?;
        let mut stdin = child
            .stdin
            .take()
            .context("`git cat-file` takes no input")?;
        let ids: String = blobs
            .iter()
            .flat_map(|blob| [blob.id.as_str(), "\n"])
            .collect();
        let output = std::thread::scope(|scope| {
            // Ends early where git does; what it then has not answered is missed below.
            scope.spawn(move || stdin.write_all(ids.as_bytes()));
            child.wait_with_output()
        });
        let answer = done(output.context("`git cat-file` broke off")?)?;
        let mut rest = answer.as_slice();
        let mut texts = Vec::with_capacity(blobs.len());
        for blob in blobs {
            let (text, after) = answered(rest).with_context(|| {
                format!(
                    "git has no text of `{}` in `{}`; a partial clone has to fetch it first",
                    blob.path, self.id
                )
            })?;
            texts.push((blob.path, text.to_vec()));
            rest = after;
        }
        Ok(texts)
    }
}

impl Blob {
    /// An entry of `git ls-tree -l`: `MODE TYPE ID SIZE`, a tab, the path. `None` for what is no plain file of sensible size.
    fn parse(entry: &str) -> Option<Self> {
        let (head, path) = entry.split_once('\t')?;
        let mut words = head.split_ascii_whitespace();
        let (mode, kind, id, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
        // A size that git does not know is that of a text which it does not have; that is told when it is asked for.
        let large = size.parse::<u64>().is_ok_and(|size| size > LARGEST);
        let plain = mode.starts_with("100") && kind == "blob" && !large;
        plain.then(|| Self {
            path: path.to_owned(),
            id: id.to_owned(),
        })
    }
}

/// The first text in what `git cat-file --batch` says, which is `ID blob SIZE`, a line feed, the text, a line feed; and the rest.
fn answered(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let (_, size) = head.split_once(" blob ")?;
    let size: usize = size.parse().ok()?;
    let rest = &answer[end + 1..];
    Some((rest.get(..size)?, rest.get(size + 1..)?))
}

fn git(top: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    command(top, arguments).output().map_err(not_started)
}

fn command(top: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"])
        .args(arguments)
        .current_dir(top)
        // A hook runs with those of its own repository.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn not_started(error: std::io::Error) -> anyhow::Error {
    anyhow!("`git` could not be started: {error}; it is asked what was there before")
}

/// What git said; its own words where it failed.
fn done(output: Output) -> anyhow::Result<Vec<u8>> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    bail!("git could not tell what was there before: {}", words.trim())
}

fn line(output: Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_files_are_read_and_links_submodules_and_large_files_are_not() {
        let path = |entry| Blob::parse(entry).map(|blob| blob.path);
        assert_eq!(
            path("100644 blob a1      12\tapi/a b.py").as_deref(),
            Some("api/a b.py")
        );
        assert_eq!(path("120000 blob a1      12\tlink.py"), None);
        assert_eq!(path("160000 commit a1       -\tsub"), None);
        assert_eq!(path("100644 blob a1 99999999\tbig.py"), None);
        assert_eq!(path(""), None);
    }

    #[test]
    fn a_text_ends_after_its_size_whatever_it_holds() {
        let (text, rest) = answered(b"a1 blob 4\na\nb\0\nb2 blob 0\n\n").unwrap();
        assert_eq!((text, rest), (&b"a\nb\0"[..], &b"b2 blob 0\n\n"[..]));
        assert_eq!(answered(rest), Some((&b""[..], &b""[..])));
        assert_eq!(answered(b"a1 missing\n"), None);
        assert_eq!(answered(b"a1 blob 9\nshort\n"), None);
    }
}
