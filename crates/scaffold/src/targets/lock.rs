use crate::files::below;
use crate::project::Project;
use crate::target::{Output, Target};
use crate::template::TemplateFault;
use betroth_contract::LOCK_FILE;

/// The part of the contract that an API needs where it is deployed alone.
pub(super) const TARGET: Target = Target {
    name: "lock",
    about: "betroth.lock.toml: what the API needs of the contract, in its own folder",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let file = project.contract.file();
    // An API in the contract's own folder has the contract itself.
    let apis = project.apis.iter().filter(|api| api.root != ".");
    let locks = apis.filter_map(|api| {
        Some(Output::File {
            path: below(api.root, LOCK_FILE),
            text: project.contract.lock(api.name, file)?,
        })
    });
    Ok(locks.collect())
}
