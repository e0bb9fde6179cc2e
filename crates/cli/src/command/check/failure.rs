//! What makes the exit code 1.

use std::process::ExitCode;

use betroth_agreement::Verdict;
use betroth_audit::Audit;
use betroth_contract::FailOn;
use betroth_report::Severity;
use clap::ValueEnum;

use crate::output::complain;

/// What is a failure.
#[derive(clap::Args)]
pub(super) struct Failure {
    /// The mildest finding that makes the exit code 1 [default: `fail_on` of the contract, else error].
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Threshold>,
    /// Make the exit code 1 where the verdict is `unknown`, too.
    #[arg(long, conflicts_with = "diff")]
    fail_on_unknown: bool,
}

impl Failure {
    /// The mildest severity that is a failure; `None` where none is.
    pub(super) fn least(&self, contract: FailOn) -> Option<Severity> {
        self.fail_on.unwrap_or(contract.into()).least()
    }

    /// The exit code of a check, by the contract where no option says otherwise.
    pub(super) fn code(&self, audit: &Audit, contract: FailOn) -> ExitCode {
        let unknown = self.fail_on_unknown && is_unknown(audit);
        if unknown {
            // No finding says it, so a format may have no place for it.
            complain("the verdict is unknown, which `--fail-on-unknown` takes for a failure");
        }
        let least = self.least(contract);
        let mut findings = audit.report.findings().iter();
        let failed = findings.any(|finding| least.is_some_and(|least| finding.severity >= least));
        if failed || unknown {
            ExitCode::from(1)
        } else {
            ExitCode::SUCCESS
        }
    }
}

/// Whether the verdict that is shown first is `unknown`: that of the pair with most calls, or for want of a pair.
fn is_unknown(audit: &Audit) -> bool {
    let first = audit.agreements.first();
    first.is_none_or(|agreement| agreement.verdict == Verdict::Unknown)
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
    fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}
