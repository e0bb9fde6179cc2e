//! One command a file: its arguments, and a `run` that calls the library and prints.

pub(crate) mod apply;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod design;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod lock;
pub(crate) mod lsp;
pub(crate) mod mcp;
pub(crate) mod routes;
pub(crate) mod rules;
#[cfg(feature = "token")]
pub(crate) mod token;

use std::path::PathBuf;
use std::str::FromStr;

use betroth_audit::{Audit, Tree, audit};
use betroth_contract::Fault;
use betroth_report::Notice;
use clap::ValueEnum;

use crate::import::{Import, Imported};
use crate::{output, progress};

/// Stack of a thread that reads sources, in bytes: as much as the main thread has, where most commands read.
const STACK: usize = 8 << 20;

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// For programs: one JSON object.
    Json,
}

/// The folder to look at.
#[derive(clap::Args)]
pub(crate) struct Folder {
    /// The folder that holds front end and API.
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

impl Folder {
    /// Reads and judges the folder. What could not be read is told on stderr, in few lines.
    fn look(&self) -> anyhow::Result<(Tree, Audit)> {
        let (tree, audit) = self.look_at_any()?;
        // A path that was mistyped in a build must not pass for a clean one.
        if tree.is_empty() {
            anyhow::bail!(
                "`{}` holds no Python, TypeScript or JavaScript source; give the folder that holds front end and API",
                self.dir.display()
            );
        }
        Ok((tree, audit))
    }

    /// The same, also where there is no source to read.
    fn look_at_any(&self) -> anyhow::Result<(Tree, Audit)> {
        progress::during("reading the sources", || {
            let tree = Tree::read(&self.dir)?;
            let audit = audit(&tree);
            anyhow::Ok((tree, audit))
        })
    }

    /// The same, with the routes of the running application where that is asked for.
    fn look_with(&self, import: &Import) -> anyhow::Result<(Tree, Audit, Option<Imported>)> {
        let (tree, mut audit) = self.look()?;
        let imported = import.apply(&self.dir, &tree, &mut audit)?;
        Ok((tree, audit, imported))
    }
}

/// A value as the contract has it, or why it is none.
fn value<T: FromStr<Err = Fault>>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|fault: Fault| format!("it {}; {}", fault.says, fault.help))
}

/// Names what does not hold or is no longer needed. Each was written by a person, so none is left out.
fn tell(notices: &[Notice]) {
    for notice in notices {
        output::complain(&format!("notice: {}: {notice}", notice.place));
    }
}

/// Names what was not read: the first few, and how many more.
fn tell_unread(audit: &Audit, all: bool) {
    let shown = if all { usize::MAX } else { 3 };
    for unread in audit.unread.iter().take(shown) {
        let line = unread
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        output::complain(&format!("unread: {}{line}: {}", unread.file, unread.why));
    }
    if let Some(more) = audit
        .unread
        .len()
        .checked_sub(shown)
        .filter(|more| *more > 0)
    {
        output::complain(&format!("unread: {more} more: --all"));
    }
}
