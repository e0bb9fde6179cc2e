mod consequence;

use std::ops::Range;

use betroth_agreement::{VerifierFact, VerifierKind};
use betroth_contract::KeyForm;
use betroth_report::{Edit, Place, span};
use regex::Regex;

use crate::files::Standing;
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
        let mut outputs: Vec<Output> = guarded(project, api).into_iter().collect();
        match outputs.first() {
            Some(Output::Edit { .. }) => outputs.extend(consequence::all(project, api)),
            Some(_) => outputs.extend(consequence::shut(project, api)),
            None => {}
        }
        outputs
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
            says: "the API verifies tokens of its own already, and the guard takes other ones: let pages call through the client that is written, \
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

/// Where an API verifies tokens, by a secret, that the guard would not take.
///
/// With a shared secret in the contract these are what the project signs with it: they name no issuer and no audience, or others
/// than the contract does, so no token would pass both. Without one, they are those that the API hands out itself.
fn own_verifier<'a>(project: &Project<'_>, api: &ApiSide<'a>) -> Option<&'a Place> {
    let is_own = |fact: &VerifierFact| {
        fact.routes > 0
            && fact.kind == VerifierKind::SharedSecret
            && fact.library.as_deref() != Some("betroth")
    };
    let shared = project.contract.keys.form() == KeyForm::SharedSecret;
    let hands_out = api.signatures.iter().any(|signed| signed.reached);
    let mut own = api.verifications.iter().map(|found| &found.fact);
    let found = own.find(|fact| is_own(fact))?;
    (shared || hands_out).then_some(&found.place)
}

/// Whether the guard stands around the application, or is put there.
pub(super) fn is_guarded(project: &Project<'_>, api: &ApiSide<'_>) -> bool {
    !matches!(guarded(project, api), Some(Output::Step(_)))
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
    let import = Edit::new(&place.file, imported..imported, import);
    if let Some((behind, indent, app)) = statement(&text, at..arguments.end) {
        let protects = format!("{indent}{name}.protect({app})\n");
        return Some(vec![
            import,
            Edit::new(&place.file, behind..behind, protects),
        ]);
    }
    Some(vec![
        import,
        Edit::new(&place.file, at..at, format!("{name}.protect(")),
        Edit::new(&place.file, arguments.end..arguments.end, ")"),
    ])
}

/// Of a call of several lines that a name is given to: the byte behind its last line, its indentation, and the name.
///
/// Another call around it would have every one of these lines stand elsewhere for a formatter.
fn statement(text: &str, call: Range<usize>) -> Option<(usize, &str, &str)> {
    text[call.clone()].contains('\n').then_some(())?;
    let start = text[..call.start].rfind('\n').map_or(0, |at| at + 1);
    let line = &text[start..call.start];
    let indent = &line[..line.len() - line.trim_start().len()];
    let (app, rest) = line.trim_start().split_once(['=', ':'])?;
    let app = app.trim_end();
    let is_name = app.chars().all(|it| it.is_alphanumeric() || it == '_') && !app.is_empty();
    let rest = rest.rsplit('=').next().unwrap_or(rest);
    let end = call.end + text[call.end..].find('\n')? + 1;
    let behind = text[call.end..end].trim();
    let alone = behind.is_empty() || behind.starts_with('#');
    (is_name && rest.trim().is_empty() && alone).then_some((end, indent, app))
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
