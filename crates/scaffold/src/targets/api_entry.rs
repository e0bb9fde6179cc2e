use betroth_agreement::{VerifierFact, VerifierKind};
use betroth_contract::{Access, KeyForm};
use betroth_report::{Edit, Place, span};
use betroth_source_python::{Authentication, Route};
use regex::Regex;

use crate::files::{Standing, below};
use crate::plan::record_of;
use crate::project::{ApiSide, Project};
use crate::python::last_import;
use crate::target::{Output, Step, Target};
use crate::template::TemplateFault;

/// The guard around the application.
pub(super) const TARGET: Target = Target {
    name: "api-entry",
    about: "the line of the API's entry that guards every route: app = auth.protect(FastAPI(…))",
    write,
};

#[expect(
    clippy::unnecessary_wraps,
    reason = "a target that fills in no template has the shape of one that does"
)]
fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let outputs = project.apis.iter().flat_map(|api| {
        let guarded = guarded(project, api);
        let shut = guarded.as_ref().and_then(|_| shut(project, api));
        let started = matches!(guarded, Some(Output::Edit { .. })).then(|| started(api));
        guarded.into_iter().chain(started).chain(shut)
    });
    Ok(outputs.collect())
}

fn guarded(project: &Project<'_>, api: &ApiSide<'_>) -> Option<Output> {
    let guard = api.guard(project.files);
    let module = api.module(&guard);
    let line = "app = auth.protect(FastAPI(…))".to_owned();
    let lines = vec![format!("from {module} import auth"), line];
    let Some(facts) = api.facts else {
        return Some(Output::Step(Step {
            says: format!(
                "the application `{}:{}` of the contract was not found; put the guard around it",
                api.contract.app.module, api.contract.app.name
            ),
            place: None,
            lines,
        }));
    };
    if facts.middlewares.iter().any(|it| it.name == "protect") {
        return None;
    }
    if let Some(own) = own_verifier(project, api) {
        return Some(Output::Step(Step {
            says: "the API verifies tokens of its own already, and the guard takes other ones: let pages call through `lib/api.ts`, \
                   take the verifier out, then put the guard around the application"
                .to_owned(),
            place: Some(own.clone()),
            lines,
        }));
    }
    let ours = project.files.standing(&guard) == Standing::Nothing
        || project.files.standing(&record_of(&guard)) == Standing::File;
    let edits = edits(project, &facts.place, &module).filter(|_| ours);
    Some(match edits {
        Some(edits) => Output::Edit {
            edits,
            says: "every route asks for a person, unless the contract or a mark says otherwise"
                .to_owned(),
        },
        None => Output::Step(Step {
            says: "put the guard around the application".to_owned(),
            place: Some(facts.place.clone()),
            lines,
        }),
    })
}

/// Where an API that shares a secret verifies what the project signs with it by itself.
///
/// Such tokens name no issuer and no audience, or others than the contract does: with the guard before it, no token would
/// pass both.
fn own_verifier<'a>(project: &Project<'_>, api: &ApiSide<'a>) -> Option<&'a Place> {
    let is_own = |fact: &VerifierFact| {
        fact.routes > 0
            && fact.kind == VerifierKind::SharedSecret
            && fact.library.as_deref() != Some("betroth")
    };
    let mut own = api.verifications.iter().map(|found| &found.fact);
    (project.contract.keys.form() == KeyForm::SharedSecret)
        .then(|| own.find(|fact| is_own(fact)))
        .flatten()
        .map(|fact| &fact.place)
}

/// Whether the guard stands around the application, or is put there.
pub(super) fn is_guarded(project: &Project<'_>, api: &ApiSide<'_>) -> bool {
    !matches!(guarded(project, api), Some(Output::Step(_)))
}

/// What the API needs at its start from then on, which an environment that served it until today may lack.
fn started(api: &ApiSide<'_>) -> Output {
    let example = below(api.root, ".env.example");
    Output::Step(Step {
        says: format!(
            "from now on the API starts only where its environment has what `{example}` names; where tests import it and nothing \
             is set, `BETROTH_MODE=development` takes what the contract says for development"
        ),
        place: None,
        lines: Vec::new(),
    })
}

/// How many routes are named.
const NAMED: usize = 12;

/// The routes that anyone may call today and that will ask for a person: a person has to know before.
fn shut(project: &Project<'_>, api: &ApiSide<'_>) -> Option<Output> {
    if *api.contract.default != Access::Required {
        return None;
    }
    let said = |route: &Route| {
        let own = project.contract.route(&route.method, &route.path);
        own.is_some()
    };
    let routes = api.facts.into_iter().flat_map(|api| &api.routes);
    let open = routes.filter(|it| it.authentication == Authentication::None && !said(it));
    let mut lines: Vec<String> = open
        .map(|it| format!("{} {}", it.method, it.path))
        .collect();
    let count = lines.len();
    lines.truncate(NAMED);
    if count > NAMED {
        lines.push(format!("and {} more: `betroth routes`", count - NAMED));
    }
    let says = match count {
        0 => return None,
        1 => "a route that is open today will ask for a person",
        _ => "routes that are open today will ask for a person",
    };
    Some(Output::Step(Step {
        says: format!(
            "{says}; one that is meant to be open gets a `[[route]]` with `access = \"public\"` in the contract"
        ),
        place: None,
        lines,
    }))
}

/// The import behind the last one before the application, and the guard around it.
fn edits(project: &Project<'_>, place: &Place, module: &str) -> Option<Vec<Edit>> {
    let text = project.files.text(&place.file)?;
    let at = span::offset(&text, place)?;
    let arguments = span::arguments(&text, at)?;
    let imported = behind_dotenv(&text, last_import(&text, at)?, at);
    let name = free_name(&text)?;
    let import = match name {
        "auth" => format!("from {module} import auth\n"),
        name => format!("from {module} import auth as {name}\n"),
    };
    Some(vec![
        Edit::new(&place.file, imported..imported, import),
        Edit::new(&place.file, at..at, format!("{name}.protect(")),
        Edit::new(&place.file, arguments.end..arguments.end, ")"),
    ])
}

/// Where the import goes: behind `load_dotenv()`, where that stands between the other imports and the application. The guard
/// reads the environment as it is imported.
fn behind_dotenv(text: &str, imported: usize, until: usize) -> usize {
    let mut at = imported;
    for line in text[imported..until].split_inclusive('\n') {
        at += line.len();
        if line.starts_with("load_dotenv(") && line.trim_end().ends_with(')') {
            return at;
        }
    }
    imported
}

/// A name for the guard that the module does not use.
fn free_name(text: &str) -> Option<&'static str> {
    ["auth", "guard", "betroth_guard"].into_iter().find(|name| {
        let word = Regex::new(&format!(r"\b{name}\b"));
        word.is_ok_and(|word| !word.is_match(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_is_imported_behind_what_loads_its_environment() {
        let text = "from dotenv import load_dotenv\n\nload_dotenv()\n\napp = FastAPI()\n";
        let until = text.find("app").unwrap();
        let at = behind_dotenv(text, last_import(text, until).unwrap(), until);
        assert_eq!(&text[at..], "\napp = FastAPI()\n");
        let without = "import os\n\napp = FastAPI()\n";
        assert_eq!(behind_dotenv(without, 10, 11), 10);
    }

    #[test]
    fn a_name_that_the_module_uses_is_not_taken() {
        assert_eq!(free_name("from app import notes\n"), Some("auth"));
        assert_eq!(
            free_name("from app.routers import auth, notes\n"),
            Some("guard")
        );
    }
}
