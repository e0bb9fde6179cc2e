use minijinja::context;

use crate::files::Standing;
use crate::layout::python;
use crate::plan::record_of;
use crate::project::{ApiSide, Project};
use crate::target::{Output, Target};
use crate::template::{TemplateFault, fill, quoted};

/// What knows who calls the API.
pub(super) const TARGET: Target = Target {
    name: "api-guard",
    about: "middleware/auth.py: the guard, and CurrentUser for handlers",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let mut outputs = Vec::new();
    for api in &project.apis {
        let path = api.guard(project.files);
        let arguments = match project.apis.len() {
            1 => String::new(),
            _ => format!("api={}", quoted(api.name)),
        };
        let settings = api.settings(project.files).map(|path| api.module(&path));
        let values = context! { module => api.module(&path), arguments, settings };
        let text = fill(&path, include_str!("api_guard.py.jinja"), values)?;
        outputs.extend(package(project, api, &path));
        outputs.push(Output::File {
            path,
            text: python(&text, &api.style),
        });
        outputs.extend(api.install(project.files, "betroth", "fastapi"));
    }
    Ok(outputs)
}

/// The `__init__.py` of a new folder, where the package around it has one too.
fn package(project: &Project<'_>, api: &ApiSide<'_>, path: &str) -> Option<Output> {
    let (folder, _) = path.rsplit_once('/')?;
    let (around, _) = folder.rsplit_once('/')?;
    let stands = |path: &str| project.files.standing(path) == Standing::File;
    let own = format!("{folder}/__init__.py");
    let wanted = stands(&format!("{around}/__init__.py")) && around.len() > api.root.len();
    let missing = !stands(&own) || stands(&record_of(&own));
    (wanted && missing).then_some(Output::File {
        path: own,
        text: String::new(),
    })
}
