pub(super) mod disk;
mod patch;
mod words;
mod write;

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use betroth_contract::Contract;
use betroth_scaffold::plan::{Choice, InTheWay, Plan};
use betroth_scaffold::project::{Project, Sources};
use betroth_scaffold::{routes, targets};
use clap::ValueEnum;

use super::Folder;
use crate::output::{Output, complain};
use disk::Disk;

/// Name of the contract's file.
const CONTRACT: &str = "betroth.toml";

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  betroth apply                        shows what would be written, and asks
  betroth apply --diff                 shows it as a patch, and writes nothing
  betroth apply --yes                  writes without asking
  betroth apply --routes               a proposal for each route that asks for nobody, or for rows without their owner
  betroth apply --only api-client      one target alone; --list names them

What a person changed in a written file stays; `.betroth/` holds what was generated, so commit it.
The exit code is 0 where everything stands as the contract asks, 1 where something is left to write
or a file stands in the way, 2 where it could not run: then nothing was written.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    how: How,
    /// This target alone; may be given several times. What you deleted is written again.
    #[arg(long, value_name = "TARGET")]
    only: Vec<String>,
    /// List the targets.
    #[arg(long)]
    list: bool,
    /// What is done where a file of yours stands in the way.
    #[arg(long, value_enum, default_value = "leave", value_name = "HOW")]
    on_conflict: OnConflict,
}

/// Whether anything is written, and who is asked.
#[derive(clap::Args)]
struct How {
    /// Show what would be written as a patch, and write nothing.
    #[arg(long, conflicts_with = "yes")]
    diff: bool,
    /// Write without asking.
    #[arg(long)]
    yes: bool,
    /// Show for each route that asks for nobody, or for rows without their owner, what would make it; write nothing.
    #[arg(long, conflicts_with_all = ["yes", "diff", "only"])]
    routes: bool,
}

/// What is done where a person's file stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OnConflict {
    /// Leave it as it is, and say so.
    Leave,
    /// Write the generated text beside it, as `NAME.new`.
    Beside,
    /// Write both versions of the lines into it, between markers as git has them.
    Markers,
    /// Keep yours, and do not tell it again.
    Mine,
}

impl From<OnConflict> for InTheWay {
    fn from(how: OnConflict) -> Self {
        match how {
            OnConflict::Leave => Self::Leave,
            OnConflict::Beside => Self::Beside,
            OnConflict::Markers => Self::Markers,
            OnConflict::Mine => Self::Mine,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    if arguments.list {
        words::list(output)?;
        return Ok(ExitCode::SUCCESS);
    }
    let choice = Choice {
        only: known(&arguments.only)?,
        in_the_way: arguments.on_conflict.into(),
    };
    let disk = Disk::new(&arguments.folder.dir)?;
    let (contract, text) = contract(&disk, &arguments.folder.dir)?;
    let (tree, audit) = arguments.folder.look()?;
    drop(tree);
    let apis: Vec<_> = audit.apis().collect();
    let sources = Sources {
        webs: &audit.webs,
        apis: &apis,
        verifications: &audit.python.verifications,
        signatures: &audit.python.signatures,
    };
    let project = Project::new(&contract, &text, &disk, &sources);
    if arguments.how.routes {
        let proposals = routes::proposals(&project, &audit.python.row_queries);
        output.write(&patch::of_routes(&proposals))?;
        output.finish()?;
        complain(&words::proposed(&proposals));
        return Ok(ExitCode::from(u8::from(!proposals.is_empty())));
    }
    let plan = Plan::new(&project, targets::ALL, &choice)?;
    if arguments.how.diff {
        output.write(&patch::of(&plan, &disk))?;
        output.finish()?;
        complain(&words::summary(&plan));
        return Ok(left(&plan, plan.changes_anything()));
    }
    words::plan(&plan, &project.taken, output)?;
    output.finish()?;
    if plan.writes().is_empty() {
        return Ok(left(&plan, false));
    }
    // Records alone change nothing of the project, so nobody is asked about them.
    if plan.changes_anything() && !arguments.how.yes && !agreed()? {
        complain("nothing was written; `--yes` writes without asking, `--diff` shows the patch");
        return Ok(ExitCode::from(1));
    }
    write::all(&disk, &plan)?;
    complain(&words::written(&plan));
    Ok(left(&plan, false))
}

/// 1 where something is left to write, or stands in the way.
fn left(plan: &Plan, unwritten: bool) -> ExitCode {
    if unwritten || plan.is_in_the_way() {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    }
}

/// The contract of the folder, with its text.
pub(super) fn contract(disk: &Disk, folder: &Path) -> anyhow::Result<(Contract, String)> {
    let path = folder.join(CONTRACT);
    if !path.exists() {
        bail!(
            "`{}` holds no `{CONTRACT}`; `betroth init` writes the one that the sources mean already",
            folder.display()
        );
    }
    let text = std::fs::read_to_string(disk.path(CONTRACT))
        .with_context(|| format!("the contract `{}` cannot be read", path.display()))?;
    let contract = Contract::parse(&text, CONTRACT)?;
    Ok((contract, text))
}

/// The names of targets, each of which there is.
fn known(names: &[String]) -> anyhow::Result<Vec<String>> {
    for name in names {
        let targets = targets::ALL.iter().map(|target| target.name);
        if targets.clone().any(|known| known == name) {
            continue;
        }
        let likeness = |known: &&str| strsim::jaro_winkler(known, name);
        let near = targets
            .filter(|known| likeness(known) > 0.8)
            .max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
        let help = near.map_or_else(
            || "`--list` names them".to_owned(),
            |near| format!("is `{near}` meant?"),
        );
        bail!("there is no target `{name}`; {help}");
    }
    Ok(names.to_vec())
}

/// Whether a person on the terminal says yes; where nobody is there, no.
fn agreed() -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(false);
    }
    let mut stderr = io::stderr();
    write!(stderr, "write this? [y/N] ")?;
    stderr.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}
