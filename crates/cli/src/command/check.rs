mod baseline;
mod contract;
mod failure;
mod fix;
mod format;
pub(super) mod json;
mod since;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use betroth_audit::{Audit, Tree};
use betroth_report::Fingerprints;
use serde_json::Value;

use super::Folder;
use crate::import::Import;
use crate::output::Output;
use crate::repository;
use baseline::Baseline;
use contract::Contract;
use failure::Failure;
use format::{Checked, Format};
use since::Since;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    failure: Failure,
    /// Show every finding, not only the one that explains most; also what is let pass.
    #[arg(long)]
    all: bool,
    /// Let pass the findings that are recorded in FILE.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Record the findings in FILE, which is written anew.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Only what came since the last commit shared with REV, uncommitted changes included.
    #[arg(long, value_name = "REV", conflicts_with_all = ["write_baseline", "import"])]
    since: Option<String>,
    /// Show what `--fix` would write, as a patch.
    #[arg(long, conflicts_with_all = ["fix", "write_baseline", "import", "format", "all"])]
    diff: bool,
    /// Write the edits that mend findings, then check again. Never changes who may call a route.
    #[arg(long, conflicts_with_all = ["write_baseline", "import"])]
    fix: bool,
    #[command(flatten)]
    import: Import,
}

/// A check with no option: the sources, and what was found that the contract does not let pass.
pub(super) fn look(folder: &Folder) -> anyhow::Result<(Tree, Audit)> {
    let contract = Contract::nearest(&folder.dir)?;
    Ok(passed(&contract, folder.look()?))
}

/// The same, also where there is no source to read.
pub(super) fn look_at_any(folder: &Folder) -> anyhow::Result<(Tree, Audit)> {
    let contract = Contract::nearest(&folder.dir)?;
    Ok(passed(&contract, folder.look_at_any()?))
}

fn passed(contract: &Contract, (tree, mut audit): (Tree, Audit)) -> (Tree, Audit) {
    audit.notices.extend(contract.apply(&mut audit.report));
    (tree, audit)
}

/// What `--format json` prints of it.
pub(super) fn object(folder: &Folder) -> anyhow::Result<Value> {
    let (_, audit) = look(folder)?;
    Ok(json::object(&audit))
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    run_with(arguments, arguments.fix, output)
}

/// One check; where it is to mend and has mended something, another one tells what is left.
fn run_with(arguments: &Arguments, fix: bool, output: &mut Output) -> anyhow::Result<ExitCode> {
    let contract = Contract::nearest(&arguments.folder.dir)?;
    let baseline = arguments.baseline.as_deref().map(Baseline::read);
    let mut baseline = baseline.transpose()?;
    let since = arguments.since.as_deref();
    let since = since.map(|revision| Since::new(&arguments.folder.dir, revision));
    let mut since = since.transpose()?;
    let (tree, mut audit, imported) = arguments.folder.look_with(&arguments.import)?;
    let fingerprints = Fingerprints::of(&audit.report, |file| tree.text(file));
    audit.notices.extend(contract.apply(&mut audit.report));
    if let Some(path) = &arguments.write_baseline {
        baseline = Some(Baseline::record(&audit.report, &fingerprints, path)?);
    }
    if let Some(baseline) = &baseline {
        let gone = baseline.apply(&mut audit.report, &fingerprints);
        audit.notices.extend(gone);
    }
    if let Some(since) = &mut since {
        since.apply(
            &arguments.folder.dir,
            &contract,
            &mut audit.report,
            &fingerprints,
        )?;
    }
    if arguments.diff {
        return fix::diff(&tree, &audit.report, output);
    }
    if fix && fix::write(&arguments.folder.dir, &tree, &audit.report)? {
        return run_with(arguments, false, output);
    }
    let checked = Checked {
        tree: &tree,
        audit: &audit,
        fingerprints: &fingerprints,
        imported: imported.as_ref(),
        since: since.as_ref(),
        folder: repository::folder(&arguments.folder.dir),
        all: arguments.all,
        least: arguments.failure.least(contract.fail_on),
    };
    format::write(arguments.format, &checked, output)?;
    // A build that looks at the wrong folder is not a build that passes.
    if audit.webs.is_empty() && audit.apis().next().is_none() && audit.report.findings().is_empty()
    {
        return Ok(ExitCode::from(2));
    }
    Ok(arguments.failure.code(&audit, contract.fail_on))
}
