//! The lock of each API: what it needs of the contract, in its own folder.
//!
//! *Not here*: what stands in a lock, and when it is stale; see `betroth_contract`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use betroth_contract::{Contract, LOCK_FILE};

use crate::output::Output;
use crate::{repository, whole_file};

/// Name of the contract's file.
const FILE: &str = "betroth.toml";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder that holds the contract, or one below it.
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// The API, where there are several; all of them by default.
    #[arg(long, value_name = "NAME")]
    api: Option<String>,
    /// Write nothing; end with 1 where a lock is not what the contract says.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let home = home(&arguments.dir)?;
    let file = home.join(FILE);
    let text = fs::read_to_string(&file)
        .with_context(|| format!("the contract `{}` cannot be read", file.display()))?;
    let contract = Contract::parse(&text, &file.display().to_string())?;
    let locks = locks(&contract, &home, arguments.api.as_deref())?;
    for lock in &locks {
        let path = lock.path.display();
        match &lock.fault {
            None => output.line(&format!("`{path}` is what `{}` says", file.display()))?,
            Some(fault) if arguments.check => output.line(&format!("`{path}` is {fault}"))?,
            Some(fault) => {
                lock.write()?;
                output.line(&format!("wrote `{path}`: it was {fault}"))?;
            }
        }
    }
    if locks.is_empty() {
        output.line("every API has the contract in its own folder, and needs no lock")?;
    }
    output.finish()?;
    let wrong = arguments.check && locks.iter().any(|lock| lock.fault.is_some());
    Ok(ExitCode::from(u8::from(wrong)))
}

/// The folder of the contract: that one, or the nearest above it in the repository.
fn home(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.join(FILE).is_file() {
        let is_here = folder == Path::new(".");
        return Ok(if is_here {
            PathBuf::new()
        } else {
            folder.to_owned()
        });
    }
    let full = folder
        .canonicalize()
        .with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let top = repository::top(&full);
    let mut above = full.ancestors().take_while(|it| it.starts_with(&top));
    match above.find(|it| it.join(FILE).is_file()) {
        Some(home) => Ok(home.to_owned()),
        None => bail!(
            "there is no `{FILE}` in `{}`, and none above it in the repository; `betroth init` writes one",
            folder.display()
        ),
    }
}

/// The lock of one API.
struct Lock {
    path: PathBuf,
    /// What it is to be.
    text: String,
    /// What is wrong with the one that is there, to be read after "is"; `None` where it holds.
    fault: Option<String>,
}

impl Lock {
    fn write(&self) -> anyhow::Result<()> {
        whole_file::replace(&self.path, self.text.as_bytes())
            .with_context(|| format!("`{}` cannot be written", self.path.display()))
    }
}

/// Those of all APIs that stand in a folder of their own, or of the one of that name.
fn locks(contract: &Contract, home: &Path, only: Option<&str>) -> anyhow::Result<Vec<Lock>> {
    let file = contract.file();
    let names: Vec<&str> = contract.apis.iter().map(|(name, _)| name).collect();
    if names.is_empty() {
        bail!("`{file}` names no API, so there is none to write a lock for; add `[api]`");
    }
    if let Some(name) = only.filter(|name| !names.contains(name)) {
        bail!(
            "`{file}` has no API `{name}`; it has `{}`",
            names.join("`, `")
        );
    }
    let mut locks: Vec<Lock> = Vec::new();
    for (name, api) in contract.apis.iter() {
        let root = api.root.as_str();
        if only.is_some_and(|only| only != name) || root == "." {
            continue;
        }
        let folder = home.join(root);
        if !folder.is_dir() {
            bail!(
                "the folder `{}` of the API `{name}` is not there; mend `{}` in `{file}`",
                folder.display(),
                api.root.key()
            );
        }
        let path = folder.join(LOCK_FILE);
        if locks.iter().any(|lock| lock.path == path) {
            bail!(
                "two APIs have the folder `{root}`, and a lock is for one; name it: `--api {name}`"
            );
        }
        let text = contract.lock(name, FILE).unwrap_or_default();
        let fault = fault(&path, contract)?;
        locks.push(Lock { path, text, fault });
    }
    Ok(locks)
}

/// What is wrong with a lock as it is there.
fn fault(path: &Path, contract: &Contract) -> anyhow::Result<Option<String>> {
    let shown = path.display();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Some("missing".to_owned())),
        Err(error) => return Err(error).with_context(|| format!("`{shown}` cannot be read")),
    };
    let Ok(there) = Contract::parse(&text, &shown.to_string()) else {
        return Ok(Some("no lock that can be read".to_owned()));
    };
    if there.lock.is_none() {
        bail!(
            "`{shown}` was not written by `betroth lock`, so it is left as it is; remove it, or name it otherwise"
        );
    }
    let stale = there.stale(contract);
    Ok(stale.map(|stale| format!("stale: {stale}")))
}
