use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::output::Output;

/// Where each shell looks for completions.
const PLACES: &str = "\
Where to put it:
  bash        betroth completions bash > ~/.local/share/bash-completion/completions/betroth
  zsh         betroth completions zsh > ~/.zfunc/_betroth
              and in ~/.zshrc: fpath=(~/.zfunc $fpath); autoload -Uz compinit; compinit
  fish        betroth completions fish > ~/.config/fish/completions/betroth.fish
  elvish      betroth completions elvish > ~/.config/elvish/lib/betroth.elv
              and in ~/.config/elvish/rc.elv: use betroth
  powershell  betroth completions powershell >> $PROFILE

A folder that is missing has to be made first. A new shell knows the completions.";

#[derive(clap::Args)]
#[command(after_help = PLACES)]
pub(crate) struct Arguments {
    /// The shell that is to complete.
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    let mut command = crate::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "betroth", &mut script);
    output.write(&String::from_utf8(script)?)?;
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}
