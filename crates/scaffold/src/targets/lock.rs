use betroth_contract::{Contract, LOCK_FILE};
use betroth_report::Edit;

use crate::files::{Standing, below};
use crate::plan::record_of;
use crate::project::Project;
use crate::target::{Output, Target};
use crate::template::TemplateFault;

/// The part of the contract that an API needs where it is deployed alone.
pub(super) const TARGET: Target = Target {
    name: "lock",
    about: "betroth.lock.toml: what the API needs of the contract, in its own folder",
    write,
};

#[expect(
    clippy::unnecessary_wraps,
    reason = "a target that fills in no template has the shape of one that does"
)]
fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let file = project.contract.file();
    // An API in the contract's own folder has the contract itself.
    let apis = project.apis.iter().filter(|api| api.root != ".");
    let locks = apis.filter_map(|api| {
        let path = below(api.root, LOCK_FILE);
        Some(output(
            project,
            path,
            project.contract.lock(api.name, file)?,
        ))
    });
    Ok(locks.collect())
}

/// A file of its own; in place of the whole where `betroth lock` wrote the one that stands there.
fn output(project: &Project<'_>, path: String, text: String) -> Output {
    let known = project.files.standing(&record_of(&path)) == Standing::File;
    let standing = project.files.text(&path).filter(|_| !known);
    let is_lock = |text: &String| Contract::parse(text, &path).is_ok_and(|it| it.lock.is_some());
    match standing.filter(is_lock) {
        Some(before) => Output::Edit {
            edits: vec![Edit::new(path, 0..before.len(), text)],
            says: "what the contract says now".to_owned(),
        },
        None => Output::File { path, text },
    }
}
