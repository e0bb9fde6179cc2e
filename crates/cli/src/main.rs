//! The program `betroth`: parses the command line, calls the library, prints what comes back.
//!
//! *To add a command*, add a file to `command/` with its arguments and a `run`, and a line to [`Command`].
//! *Not here*: what is found and how it is judged.

mod command;
mod environment;
mod import;
mod output;
mod patch;
mod progress;
mod repository;
mod whole_file;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use output::Output;

/// Says which routes of an API know the caller, and whether the API accepts what the front end sends.
#[derive(Parser)]
#[command(name = "betroth", version, max_term_width = 100)]
struct Arguments {
    /// When to colour the text.
    #[arg(
        long,
        value_enum,
        default_value = "auto",
        global = true,
        value_name = "WHEN"
    )]
    color: output::Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Hold front end and API against each other, and show what is broken or open.
    Check(command::check::Arguments),
    /// List the routes of each API with what guards them.
    Routes(command::routes::Arguments),
    /// Show the page of a rule: what is wrong, why it matters, and how it is done well.
    Explain(command::explain::Arguments),
    /// List the rules.
    Rules(command::rules::Arguments),
    /// Write the `betroth.toml` that the sources of both sides mean already.
    Init(command::init::Arguments),
    /// Write the files of both sides that the contract asks for.
    Apply(command::apply::Arguments),
    /// Write the document of the contract: what each side does from login to answer, for people.
    Design(command::design::Arguments),
    /// Write the part of `betroth.toml` that an API needs where it is deployed alone: `betroth.lock.toml`.
    Lock(command::lock::Arguments),
    /// Read, verify and sign tokens (JWT), and make keys.
    #[cfg(feature = "token")]
    Token(command::token::Arguments),
    /// Serve the commands as tools to a coding agent (Model Context Protocol over stdin and stdout).
    Mcp,
    /// Serve the findings to an editor (Language Server Protocol over stdin and stdout).
    Lsp(command::lsp::Arguments),
    /// Write the completions of a shell.
    Completions(command::completions::Arguments),
}

/// Exit code where the command could not do its work.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::new(arguments.color);
    let result = match &arguments.command {
        Command::Check(arguments) => command::check::run(arguments, &mut output),
        Command::Routes(arguments) => command::routes::run(arguments, &mut output),
        Command::Explain(arguments) => command::explain::run(arguments, &mut output),
        Command::Rules(arguments) => command::rules::run(arguments, &mut output),
        Command::Init(arguments) => command::init::run(arguments, &mut output),
        Command::Apply(arguments) => command::apply::run(arguments, &mut output),
        Command::Design(arguments) => command::design::run(arguments, &mut output),
        Command::Lock(arguments) => command::lock::run(arguments, &mut output),
        #[cfg(feature = "token")]
        Command::Token(arguments) => command::token::run(arguments, &mut output),
        Command::Mcp => command::mcp::run(),
        Command::Lsp(arguments) => command::lsp::run(arguments),
        Command::Completions(arguments) => command::completions::run(arguments, &mut output),
    };
    match result {
        Ok(code) => code,
        // Whoever reads the output has read enough.
        Err(error) if output::is_closed(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&output::error(&error));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}
