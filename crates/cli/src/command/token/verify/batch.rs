//! Many tokens, one a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use betroth_token::Timestamp;

use super::trust::Trust;
use crate::output::{Output, complain};

/// Prints `accepted` or `refused CODE` for each line of `file`, and how many of each on stderr.
pub(super) fn run(
    file: &Path,
    trust: &Trust,
    now: Timestamp,
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let lines: Box<dyn BufRead> = if file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let opened = File::open(file);
        let opened = opened.with_context(|| format!("`{}` cannot be read", file.display()))?;
        Box::new(BufReader::new(opened))
    };
    let (mut accepted, mut refused) = (0_u64, 0_u64);
    for line in lines.split(b'\n') {
        let line = line.with_context(|| format!("`{}` cannot be read", file.display()))?;
        let token = line.strip_suffix(b"\r").unwrap_or(&line);
        match trust.verifier.verify(token, now) {
            Ok(_) => {
                accepted += 1;
                output.line("accepted")?;
            }
            Err(refusal) => {
                refused += 1;
                output.line(&format!("refused {}", refusal.code()))?;
            }
        }
    }
    output.finish()?;
    complain(&format!("{accepted} accepted, {refused} refused"));
    Ok(ExitCode::from(u8::from(refused > 0)))
}
