use minijinja::context;

use crate::files::Standing;
use crate::project::Project;
use crate::target::{Output, Target};
use crate::template::{TemplateFault, fill};

/// The check in a build.
pub(super) const TARGET: Target = Target {
    name: "ci",
    about: ".github/workflows/betroth.yml: betroth check for each change, where the project builds on GitHub",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    if project.files.standing(".github") != Standing::Folder {
        return Ok(Vec::new());
    }
    let path = ".github/workflows/betroth.yml".to_owned();
    let text = fill(&path, include_str!("ci.yml.jinja"), context! {})?;
    Ok(vec![Output::File { path, text }])
}
