//! Files that are written all together, or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use betroth_scaffold::files::Files as _;
use betroth_scaffold::plan::Plan;

use super::disk::Disk;
use crate::whole_file::{self, Undo};

/// Writes what a plan says.
///
/// Every text is on the disk before the first takes its place, so a full disk or a folder that cannot be written leaves
/// everything as it was; what took its place is put back where a later one cannot.
///
/// # Errors
/// Where a file is not as it was read, or cannot be written.
pub(super) fn all(disk: &Disk, plan: &Plan) -> anyhow::Result<()> {
    for change in &plan.changes {
        if change.after.is_some() && disk.text(&change.file) != change.before {
            bail!(
                "`{}` was changed meanwhile; nothing was written, run it again",
                change.file
            );
        }
    }
    let mut folders = Folders::default();
    let mut staged = Vec::new();
    for (file, text) in plan.writes() {
        let path = disk.inside(&file)?;
        let mark = if disk.is_marked(&file) {
            "\u{feff}"
        } else {
            ""
        };
        let text = format!("{mark}{text}");
        let one = folders
            .make(&path)
            .and_then(|()| whole_file::stage(&path, text.as_bytes()))
            .with_context(|| format!("`{file}` cannot be written, so nothing was"))?;
        staged.push((file, one));
    }
    let mut done: Vec<Undo> = Vec::new();
    for (file, one) in staged {
        match one.commit() {
            Ok(undo) => done.push(undo),
            Err(error) => {
                let back = done.into_iter().rev().map(Undo::undo);
                let failed = back.filter(Result::is_err).count();
                let rest = match failed {
                    0 => "; what was written before it was put back".to_owned(),
                    count => format!("; {count} files written before it could not be put back"),
                };
                return Err(error).with_context(|| format!("`{file}` cannot be written{rest}"));
            }
        }
    }
    folders.keep();
    Ok(())
}

/// Folders made for files; taken away again unless they are kept.
#[derive(Default)]
struct Folders(Vec<PathBuf>);

impl Folders {
    /// Makes those above a file.
    fn make(&mut self, file: &Path) -> std::io::Result<()> {
        let missing = file.ancestors().skip(1).take_while(|it| !it.exists());
        let missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder)?;
            self.0.push(folder);
        }
        Ok(())
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // One that holds something by now is somebody else's, too.
            let _ = fs::remove_dir(folder);
        }
    }
}
