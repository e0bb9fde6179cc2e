use betroth_contract::{Lookup, Secret};
use minijinja::context;

use super::environment;
use crate::layout::python;
use crate::project::Project;
use crate::target::{Output, Target};
use crate::template::{TemplateFault, fill, quoted};

/// What the guard takes from the environment, where a project keeps that in `.env`.
pub(super) const TARGET: Target = Target {
    name: "settings",
    about: "middleware/settings.py: with pydantic-settings, what .env holds for the guard, which reads the environment alone",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let mut outputs = Vec::new();
    for api in &project.apis {
        let Some(path) = api.settings(project.files) else {
            continue;
        };
        let inside = path.strip_prefix(api.root).unwrap_or(&path);
        let above = inside.trim_start_matches('/').matches('/').count();
        let names = names(project);
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let values = context! { contract => project.contract.file(), above, names };
        let text = fill(&path, include_str!("settings.py.jinja"), values)?;
        outputs.push(Output::File {
            path,
            text: python(&text, &api.style),
        });
    }
    Ok(outputs)
}

/// The variables by which the contract tells an API.
fn names(project: &Project<'_>) -> Vec<String> {
    let mut names = vec!["BETROTH_MODE".to_owned()];
    names.extend(
        environment::of_api(project)
            .into_iter()
            .map(|(name, ..)| name),
    );
    if let Some(session) = &project.contract.session {
        let database = match &session.lookup {
            Lookup::Database(database) => Some(&**database),
            Lookup::GetSession => None,
        };
        let secrets = database.into_iter().chain([&*session.secret]);
        names.extend(secrets.flat_map(Secret::names).map(ToString::to_string));
    }
    let mut known = Vec::new();
    for name in names {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    known
}
