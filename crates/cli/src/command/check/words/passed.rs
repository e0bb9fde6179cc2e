//! The findings that do not count: how many, and with `--all` each with its reason.

use betroth_report::{Passed, PassedBy};

use crate::output::Output;

pub(super) fn write(passed: &[Passed], all: bool, output: &mut Output) -> anyhow::Result<()> {
    if passed.is_empty() {
        return Ok(());
    }
    let recorded = |it: &&Passed| matches!(it.by, PassedBy::Baseline(_));
    let in_baseline = passed.iter().filter(recorded).count();
    let suppressed = passed.len() - in_baseline;
    let mut counts = Vec::new();
    counts.extend((suppressed > 0).then(|| format!("{suppressed} suppressed")));
    counts.extend((in_baseline > 0).then(|| format!("{in_baseline} in the baseline")));
    let counts = counts.join(", ");
    if !all {
        return output.line(&format!("{counts}: --all"));
    }
    output.line(&format!("{counts}:"))?;
    for Passed {
        finding,
        by,
        reason,
    } in passed
    {
        let by = match by {
            PassedBy::Comment(place) => format!("comment at {place}"),
            PassedBy::Contract(place) => place.to_string(),
            PassedBy::Baseline(file) => file.clone(),
        };
        let severity = finding.severity.word();
        output.line(&format!(
            "  {severity}[{}] at {}: {reason} ({by})",
            finding.rule, finding.place
        ))?;
    }
    Ok(())
}
