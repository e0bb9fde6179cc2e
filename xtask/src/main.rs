//! The workspace's own commands: `cargo xtask COMMAND`.
//!
//! *To add a command*, add a file with a `run` and a line in [`Command`].
//! *To have a file generated*, add a line to [`generate::FILES`].
//! *Not here*: anything that a user of Betroth runs.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for people says what it does"
)]

mod bench;
#[cfg_attr(not(unix), path = "demo/elsewhere.rs")]
mod demo;
mod generate;
mod layers;
mod package;
mod test;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The workspace's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every check that a change must pass: format, lints, layers, generated files, tests.
    Test {
        /// Only these steps: `lints`, `packages`.
        steps: Vec<String>,
    },
    /// Fail on a dependency between crates that the design does not allow.
    Layers,
    /// Write the files that are made from the types.
    Generate {
        /// Write nothing; fail if a file is not as it would be written.
        #[arg(long)]
        check: bool,
    },
    /// Make the packages that pip and npm install, with the program for this platform, in `target/packages`.
    Package {
        /// Which; all of them by default.
        packages: Vec<package::Package>,
        /// How the program is compiled.
        #[arg(long, value_enum, default_value = "release")]
        profile: package::Profile,
    },
    /// Run `examples/notes` whole: install what it needs, start pages and API, and show each request between them.
    Demo {
        /// Have a browser go through the story of two people, and end.
        #[arg(long)]
        check: bool,
    },
    /// Measure what the program costs.
    #[command(subcommand)]
    Bench(Bench),
}

#[derive(Subcommand)]
enum Bench {
    /// CPU time of a whole check beside that of reading and parsing the same files.
    Check {
        /// Folders to measure too.
        folders: Vec<std::path::PathBuf>,
    },
    /// CPU time of verifying, signing and remembering a token, beside the bare signature and beside `jsonwebtoken`.
    Token,
    /// CPU time of a guarded request and of an isolated query in Python, beside PyJWT and a `where` written by hand.
    Guard {
        /// Count the instructions of requests instead, which other work on the machine does not change; needs valgrind.
        #[arg(long)]
        instructions: bool,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Test { steps } => return test::run(&steps),
        Command::Layers => layers::run(),
        Command::Generate { check } => generate::run(check),
        Command::Package { packages, profile } => package::run(&packages, profile),
        Command::Demo { check } => demo::run(check),
        Command::Bench(Bench::Check { folders }) => bench::check(&folders),
        Command::Bench(Bench::Token) => bench::token(),
        Command::Bench(Bench::Guard {
            instructions: false,
        }) => bench::guard(),
        Command::Bench(Bench::Guard { instructions: true }) => bench::guard_instructions(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}
