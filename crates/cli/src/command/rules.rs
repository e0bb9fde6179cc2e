use std::process::ExitCode;

use betroth_audit::rules::ALL;

use crate::output::Output;

pub(crate) fn run(output: &mut Output) -> anyhow::Result<ExitCode> {
    let width = ALL.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in ALL {
        let severity = rule.severity.word();
        output.line(&format!(
            "{:width$}  {severity:7}  {}",
            rule.id,
            rule.title().trim_end_matches('.')
        ))?;
    }
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}
