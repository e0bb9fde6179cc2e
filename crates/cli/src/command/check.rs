mod contract;
mod format;
pub(super) mod json;
mod words;

use std::process::ExitCode;

use betroth_audit::Audit;
use betroth_contract::FailOn;
use betroth_report::Severity;
use clap::ValueEnum;

use super::Folder;
use crate::import::Import;
use crate::output::Output;
use crate::repository;
use contract::Contract;
use format::{Checked, Format};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// The mildest finding that makes the exit code 1 [default: `fail_on` of the contract, else error].
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Threshold>,
    /// Show every finding, not only the one that explains most.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    import: Import,
}

/// From where on findings count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Threshold {
    /// People are refused who should pass, or pass who should be refused.
    Error,
    /// Also what will hurt under some condition.
    Warning,
    /// Also what is good to know.
    Note,
    /// Findings are no failure.
    Never,
}

impl From<FailOn> for Threshold {
    fn from(least: FailOn) -> Self {
        match least {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Note => Self::Note,
        }
    }
}

impl Threshold {
    fn is_met(self, audit: &Audit) -> bool {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
            Self::Never => return false,
        };
        audit
            .report
            .findings()
            .iter()
            .any(|finding| finding.severity >= least)
    }
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let contract = Contract::nearest(&arguments.folder.dir)?;
    let (tree, mut audit, imported) = arguments.folder.look_with(&arguments.import)?;
    audit.notices.extend(contract.apply(&mut audit.report));
    let threshold = arguments.fail_on.unwrap_or(contract.fail_on.into());
    let code = if threshold.is_met(&audit) {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    };
    let checked = Checked {
        tree: &tree,
        audit: &audit,
        imported: imported.as_ref(),
        folder: repository::folder(&arguments.folder.dir),
        all: arguments.all,
    };
    format::write(arguments.format, &checked, output)?;
    Ok(code)
}
