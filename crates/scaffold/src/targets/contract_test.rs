use betroth_contract::{Access, Keys, Setting};
use minijinja::context;

use super::api_entry;
use crate::files::{Standing, below};
use crate::layout::python;
use crate::project::{ApiSide, Project};
use crate::target::{Output, Target};
use crate::template::{TemplateFault, fill, quoted};

/// Tests of what the contract says.
pub(super) const TARGET: Target = Target {
    name: "contract-test",
    about: "tests/test_auth_contract.py: good, expired, tampered and foreign tokens, another person, every route",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let mut outputs = Vec::new();
    // Without the guard every one of them fails.
    for api in project
        .apis
        .iter()
        .filter(|api| api_entry::is_guarded(project, api))
    {
        let has =
            |folder: &str| project.files.standing(&below(api.root, folder)) == Standing::Folder;
        let folder = if !has("tests") && has("test") {
            "test"
        } else {
            "tests"
        };
        let path = below(api.root, &format!("{folder}/test_auth_contract.py"));
        let secret = match &project.contract.keys {
            Keys::SharedSecret { secret, .. } => secret.names().first().map(ToString::to_string),
            _ => None,
        };
        let values = context! {
            contract => project.contract.file(),
            secret,
            variables => variables(project),
            guard => api.module(&api.guard(project.files)),
            module => api.contract.app.module.clone(),
            name => api.contract.app.name.clone(),
            public => public(project, api),
        };
        let text = fill(&path, include_str!("contract_test.py.jinja"), values)?;
        outputs.push(Output::File {
            path,
            text: python(&text, &api.style),
        });
    }
    Ok(outputs)
}

/// The variables that say who issues and have no value for development.
fn variables(project: &Project<'_>) -> Vec<String> {
    match &*project.contract.issuer.base_url {
        Setting::Environment {
            names,
            development: None,
        } => names.as_slice().iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// The routes that anyone may call, as a list of Python.
fn public(project: &Project<'_>, api: &ApiSide<'_>) -> String {
    let open = |method: &str, path: &str| {
        let own = project.contract.route(method, path);
        own.is_some_and(|own| own.requirement.access() != Access::Required)
    };
    let routes = api.facts.into_iter().flat_map(|api| &api.routes);
    // CORS asks for nobody, so what a route says to `OPTIONS` is not looked at.
    let open = routes.filter(|route| route.method != "OPTIONS" && open(&route.method, &route.path));
    let listed: Vec<String> = open
        .map(|route| quoted(&format!("{} {}", route.method, route.path)))
        .collect();
    let line = format!("[{}]", listed.join(", "));
    // In one line with its name where the narrowest of the usual widths takes it: so a formatter would have it.
    if "PUBLIC = ".len() + line.len() <= 79 {
        return line;
    }
    format!("[\n    {},\n]", listed.join(",\n    "))
}
