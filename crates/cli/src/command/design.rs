//! The document of a contract, from what both sides say.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use betroth_contract::Contract;
use betroth_scaffold::design::{self, Subject};
use betroth_scaffold::project::{Project, Sources};
use clap::ValueEnum;

use super::apply::{contract, disk::Disk};
use super::{Folder, check, tell_unread};
use crate::output::{Output, complain};
use crate::whole_file;

/// What a file is named that is written into a folder.
const STEM: &str = "authentication";

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  betroth design                           Markdown, to the terminal
  betroth design --out docs                docs/authentication.md and docs/authentication.html
  betroth design --out auth.html           one page; the ending says which form
  betroth design --deployment production   with the values of [deployment.production]

The exit code is 0 where it was written, 2 where it could not run: then nothing was written.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// The form; by default that of the file's ending, Markdown on the terminal, both in a folder.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The file to write, or a folder that is there.
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// The deployment whose values count: `[deployment.NAME]` of the contract.
    #[arg(long, value_name = "NAME")]
    deployment: Option<String>,
}

/// How the document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As GitHub reads it, with the sequence as Mermaid.
    Markdown,
    /// One page that needs nothing else, with the sequence drawn.
    Html,
}

impl Format {
    const ALL: [Self; 2] = [Self::Markdown, Self::Html];

    fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
        }
    }

    /// The form that a file's ending names.
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }

    fn write(self, subject: &Subject<'_>) -> anyhow::Result<String> {
        Ok(match self {
            Self::Markdown => design::markdown(subject)?,
            Self::Html => design::page(subject)?,
        })
    }
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let disk = Disk::new(&arguments.folder.dir)?;
    let (written, text) = contract(&disk, &arguments.folder.dir)?;
    let deployed = deployed(&written, arguments.deployment.as_deref())?;
    let places = places(arguments)?;
    let (tree, audit) = check::look_at_any(&arguments.folder)?;
    tell_unread(&audit, false);
    let apis: Vec<_> = audit.apis().collect();
    let sources = Sources {
        webs: &audit.webs,
        apis: &apis,
        verifications: &audit.python.verifications,
        signatures: &audit.python.signatures,
    };
    let project = Project::new(deployed, &text, &disk, &sources);
    let subject = Subject {
        project: &project,
        deployment: arguments.deployment.as_deref(),
        agreements: &audit.agreements,
        report: &audit.report,
        is_bare: tree.is_empty(),
        unread: audit.unread.len(),
    };
    // All texts are there before the first is written.
    let texts = places.iter().map(|(format, _)| format.write(&subject));
    let texts = texts.collect::<anyhow::Result<Vec<_>>>()?;
    let mut files = Vec::new();
    for ((_, place), text) in places.iter().zip(&texts) {
        match place {
            None => output.write(text)?,
            Some(path) => files.push((path.as_path(), text.as_str())),
        }
    }
    write(&files)?;
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Writes every file, or none: each text is on the disk before the first takes its place.
fn write(files: &[(&Path, &str)]) -> anyhow::Result<()> {
    let fault = |path: &Path| format!("`{}` cannot be written, so nothing was", path.display());
    let mut staged = Vec::new();
    for (path, text) in files {
        let one = whole_file::stage(path, text.as_bytes()).with_context(|| fault(path))?;
        staged.push((path, one));
    }
    let mut done = Vec::new();
    for (path, one) in staged {
        match one.commit() {
            Ok(undo) => done.push(undo),
            Err(error) => {
                for undo in done {
                    undo.undo()?;
                }
                return Err(error).with_context(|| fault(path));
            }
        }
        complain(&format!("wrote `{}`", path.display()));
    }
    Ok(())
}

/// The contract as it holds for that deployment.
fn deployed<'a>(contract: &'a Contract, name: Option<&str>) -> anyhow::Result<&'a Contract> {
    let Some(name) = name else {
        return Ok(contract);
    };
    if let Some(deployed) = contract.deployment(name) {
        return Ok(deployed);
    }
    let names: Vec<String> = contract
        .deployment_names()
        .map(|name| format!("`{name}`"))
        .collect();
    let has = if names.is_empty() {
        "it names none".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    bail!("`{}` has no `[deployment.{name}]`; {has}", contract.file());
}

/// Which forms are written, each with its file; the terminal where there is none.
fn places(arguments: &Arguments) -> anyhow::Result<Vec<(Format, Option<PathBuf>)>> {
    let Some(out) = &arguments.out else {
        let format = arguments.format.unwrap_or(Format::Markdown);
        return Ok(vec![(format, None)]);
    };
    if out.is_dir() {
        let wanted = |format: &&Format| arguments.format.is_none_or(|own| own == **format);
        let place = |format: &Format| {
            let path = out.join(STEM).with_extension(format.ending());
            (*format, Some(path))
        };
        return Ok(Format::ALL.iter().filter(wanted).map(place).collect());
    }
    let folder = out.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|it| !it.is_dir()) {
        bail!(
            "there is no folder `{}` to write into; make it first",
            folder.display()
        );
    }
    let named = Format::of(out);
    match (arguments.format, named) {
        (Some(format), Some(named)) if format != named => bail!(
            "`{}` is to be {}, and its ending says {}; leave `--format` out, or name another file",
            out.display(),
            word(format),
            word(named)
        ),
        (Some(format), _) | (None, Some(format)) => Ok(vec![(format, Some(out.clone()))]),
        (None, None) => bail!(
            "`{}` is no folder that is there, and no file ending in `.md` or `.html`; name one of these, or give `--format`",
            out.display()
        ),
    }
}

fn word(format: Format) -> &'static str {
    match format {
        Format::Markdown => "Markdown",
        Format::Html => "HTML",
    }
}
