//! `cargo xtask test`: all that a change must pass, in order; a step that fails does not keep the others from running.

mod count;
mod example;
mod python;
mod typescript;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};

use count::Count;

/// One check. Returns why it was skipped, if it was.
struct Step {
    name: &'static str,
    run: fn(&mut Count) -> Result<Option<String>>,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        run: |_| component("rustfmt", &["fmt", "--all", "--check"]),
    },
    Step {
        name: "lints",
        run: |_| {
            component(
                "clippy",
                &[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--all-features",
                    "--",
                    "-D",
                    "warnings",
                ],
            )
        },
    },
    Step {
        name: "fuzz targets",
        run: |_| fuzz_targets(),
    },
    Step {
        name: "layers",
        run: |_| crate::layers::run().map(|()| None),
    },
    Step {
        name: "generated files",
        run: |_| crate::generate::run(true).map(|()| None),
    },
    Step {
        name: "tests",
        run: tests,
    },
    Step {
        name: "python",
        run: python::run,
    },
    Step {
        name: "example",
        run: example::api,
    },
    Step {
        name: "typescript",
        run: typescript::run,
    },
    Step {
        name: "packages",
        run: |_| crate::package::test(),
    },
    Step {
        name: "documentation tests",
        run: documentation_tests,
    },
    // The last: from then on Ctrl-C is heard by what stops the servers.
    Step {
        name: "story",
        run: example::story,
    },
];

/// Runs every step, or those that are named, and closes with the number of tests that passed and failed.
pub(crate) fn run(only: &[String]) -> ExitCode {
    let mut count = Count::default();
    let mut failed = Vec::new();
    let known = |name: &String| STEPS.iter().any(|step| step.name == name);
    if let Some(name) = only.iter().find(|name| !known(name)) {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        println!(
            "no step is named `{name}`; there is `{}`",
            names.join("`, `")
        );
        return ExitCode::FAILURE;
    }
    let chosen = |step: &&Step| only.is_empty() || only.iter().any(|name| name == step.name);
    for step in STEPS.iter().filter(chosen) {
        println!("\n== {}", step.name);
        match (step.run)(&mut count) {
            Ok(None) => {}
            Ok(Some(why)) => println!("skipped: {why}"),
            Err(error) => {
                println!("failed: {error:#}");
                failed.push(step.name);
            }
        }
    }
    println!();
    if !failed.is_empty() {
        println!("failed steps: {}", failed.join(", "));
    }
    println!("{count}");
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs a subcommand that comes with a component of the toolchain.
fn component(name: &str, arguments: &[&str]) -> Result<Option<String>> {
    if !is_installed(arguments[0]) {
        return Ok(Some(format!(
            "{name} is not installed; `rustup component add {name}` brings it"
        )));
    }
    println!("cargo {}", arguments.join(" "));
    let status = cargo(arguments)
        .status()
        .context("could not start `cargo`")?;
    ensure!(
        status.success(),
        "`cargo {}` ended with {status}",
        arguments.join(" ")
    );
    Ok(None)
}

/// Checks that the fuzz targets compile. Running them needs a nightly compiler, and minutes.
fn fuzz_targets() -> Result<Option<String>> {
    let status = cargo(&[
        "check",
        "--quiet",
        "--locked",
        "--bins",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--target-dir",
        "target",
    ])
    // Names a library that a check never links, so that no C++ compiler is needed to build libFuzzer.
    .env("CUSTOM_LIBFUZZER_PATH", "target/libfuzzer.a")
    .status()
    .context("could not start `cargo`")?;
    ensure!(status.success(), "the fuzz targets do not compile");
    Ok(None)
}

fn tests(count: &mut Count) -> Result<Option<String>> {
    if is_installed("nextest") {
        return counted(
            &[
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "--no-tests=pass",
            ],
            Stream::Error,
            count,
        );
    }
    println!("cargo-nextest is not installed: `cargo test` runs instead");
    counted(
        &[
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ],
        Stream::Output,
        count,
    )
}

fn documentation_tests(count: &mut Count) -> Result<Option<String>> {
    counted(
        &["test", "--workspace", "--doc", "--no-fail-fast"],
        Stream::Output,
        count,
    )
}

/// Where a runner of tests prints what it counted.
#[derive(Clone, Copy)]
enum Stream {
    Output,
    Error,
}

/// Runs a subcommand, passes its output on, and adds what it counted to `count`. Returns which tests were left out.
fn counted(arguments: &[&str], stream: Stream, count: &mut Count) -> Result<Option<String>> {
    let skipped = passed_on(cargo(arguments), stream, count)?;
    Ok((skipped > 0)
        .then(|| format!("tests marked `#[ignore]`: {skipped}; the attribute says why at each")))
}

/// Runs a command that runs tests, passes its output on, and adds what it counted to `count`. Returns how many it left
/// out.
fn passed_on(mut command: Command, stream: Stream, count: &mut Count) -> Result<usize> {
    let program = command.get_program().to_string_lossy().into_owned();
    let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    let line = format!("{program} {}", arguments.join(" "));
    println!("{line}");
    match stream {
        Stream::Output => command.stdout(Stdio::piped()),
        Stream::Error => command.stderr(Stdio::piped()),
    };
    let mut child = command
        .spawn()
        .with_context(|| format!("could not start `{program}`"))?;
    let output = child.stdout.take().map(|it| Box::new(it) as Box<dyn Read>);
    let piped = output.or_else(|| child.stderr.take().map(|it| Box::new(it) as Box<dyn Read>));
    let skipped = count.skipped;
    for line in BufReader::new(piped.context("the tests have no output")?).split(b'\n') {
        let line = line.context("could not read what the tests printed")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        count.add(&line);
    }
    let status = child.wait().context("could not wait for the tests")?;
    ensure!(status.success(), "`{line}` ended with {status}");
    Ok(count.skipped - skipped)
}

fn is_installed(subcommand: &str) -> bool {
    let version = cargo(&[subcommand, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(crate::root());
    command
}
