mod answers;
mod ask;
mod json;
mod pick;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use betroth_contract::Contract;
use betroth_scaffold::contract::{Basis, Draft, Given, draft};
use serde_json::Value;

use super::{Folder, Format};
use crate::output::{Output, complain};
use answers::Answers;
use pick::Picked;

/// Name of the contract's file.
const FILE: &str = "betroth.toml";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    choice: Choice,
    /// Ask nothing: what no source tells is left as a comment to fill in.
    #[arg(long)]
    yes: bool,
    /// Print the file instead of writing it.
    #[arg(long)]
    dry_run: bool,
    /// Overwrite a contract that is there already.
    #[arg(long)]
    force: bool,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    answers: Answers,
}

/// Which pair the contract is for, where there are several.
#[derive(clap::Args)]
pub(super) struct Choice {
    /// Folder of the front end, where there are several.
    #[arg(long, value_name = "DIR")]
    pub(super) web: Option<String>,
    /// Folder of the API, where there are several.
    #[arg(long, value_name = "DIR")]
    pub(super) api: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let path = path_in(&arguments.folder);
    if !arguments.dry_run && !arguments.force {
        write::ensure_absent(&path)?;
    }
    let (tree, audit) = arguments.folder.look()?;
    let picked = Picked::of(&tree, &audit, &arguments.choice)?;
    let mut given = arguments.answers.given(&picked.sides)?;
    if !arguments.yes && ask::is_possible() {
        ask::missing(&picked.sides, &mut given)?;
    }
    let drafted = Drafted::new(&picked, &given, path)?;
    if !arguments.dry_run {
        write::atomically(&drafted.path, &drafted.text, arguments.force)?;
    }
    match arguments.format {
        Format::Json => {
            let object = json::object(&drafted, !arguments.dry_run);
            output.line(&serde_json::to_string_pretty(&object)?)?;
            output.finish()?;
        }
        Format::Human if arguments.dry_run => {
            output.write(&drafted.text)?;
            output.finish()?;
            complain(&drafted.summary());
        }
        Format::Human => {
            output.line(&format!("wrote `{}`", drafted.path.display()))?;
            output.line(&drafted.summary())?;
            output.finish()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What `--dry-run --format json` prints, without asking anything.
pub(super) fn dry(folder: &Folder, choice: &Choice) -> anyhow::Result<Value> {
    let (tree, audit) = folder.look()?;
    let picked = Picked::of(&tree, &audit, choice)?;
    let drafted = Drafted::new(&picked, &Given::default(), path_in(folder))?;
    Ok(json::object(&drafted, false))
}

/// The file in a folder, without the `./` of the one that we are in.
fn path_in(folder: &Folder) -> PathBuf {
    if folder.dir.as_os_str() == "." {
        return FILE.into();
    }
    folder.dir.join(FILE)
}

/// A draft with its text, which is a contract.
struct Drafted {
    path: PathBuf,
    draft: Draft,
    text: String,
    /// Folders of front end and API.
    roots: (Option<String>, Option<String>),
    /// The other pairs that it could have been drafted for.
    others: Vec<(String, String)>,
}

impl Drafted {
    fn new(picked: &Picked<'_>, given: &Given, path: PathBuf) -> anyhow::Result<Self> {
        let sides = &picked.sides;
        let draft = draft(sides, given);
        let text = draft.to_string();
        Contract::parse(&text, FILE)
            .context("the draft is no contract, so it was not written; this is a fault of betroth, not of yours")?;
        Ok(Self {
            path,
            draft,
            text,
            roots: (
                sides.web.map(|_| sides.web_root.to_owned()),
                sides.api.map(|_| sides.api_root.clone()),
            ),
            others: picked.others.clone(),
        })
    }

    /// What the file is for, how much of it is certain, and what else there is.
    fn summary(&self) -> String {
        let count = |is: fn(&Basis) -> bool| {
            let entries = self.draft.sections.iter().flat_map(|it| &it.entries);
            entries.filter(|entry| is(&entry.basis)).count()
        };
        let who: Vec<String> = [("front end", &self.roots.0), ("API", &self.roots.1)]
            .into_iter()
            .filter_map(|(what, root)| Some(format!("{what} `{}`", root.as_ref()?)))
            .collect();
        let mut lines = vec![
            format!("  {}", who.join(", ")),
            format!(
                "  keys: {} read, {} guessed, {} to fill in",
                count(|basis| matches!(basis, Basis::Read(_) | Basis::Given | Basis::Instead(_))),
                count(|basis| matches!(basis, Basis::Guess(_))),
                count(|basis| matches!(basis, Basis::Open(_))),
            ),
        ];
        if !self.others.is_empty() {
            let named: Vec<String> = self
                .others
                .iter()
                .map(|(web, api)| format!("`--web {web} --api {api}`"))
                .collect();
            lines.push(format!(
                "  most calls go between these two; another pair: {}",
                named.join(", ")
            ));
        }
        lines.join("\n")
    }
}
