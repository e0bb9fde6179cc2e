use betroth_report::{Edit, Place, span};
use regex::Regex;

use crate::files::Standing;
use crate::plan::record_of;
use crate::project::{ApiSide, Project};
use crate::target::{Output, Step, Target};
use crate::template::TemplateFault;

/// The guard around the application.
pub(super) const TARGET: Target = Target {
    name: "api-entry",
    about: "the line of the API's entry that guards every route: app = auth.protect(FastAPI(…))",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    Ok(project
        .apis
        .iter()
        .filter_map(|api| guarded(project, api))
        .collect())
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

/// The import behind the last one before the application, and the guard around it.
fn edits(project: &Project<'_>, place: &Place, module: &str) -> Option<Vec<Edit>> {
    let text = project.files.text(&place.file)?;
    let at = span::offset(&text, place)?;
    let arguments = span::arguments(&text, at)?;
    let imported = last_import(&text, at)?;
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

/// A name for the guard that the module does not use.
fn free_name(text: &str) -> Option<&'static str> {
    ["auth", "guard", "betroth_guard"].into_iter().find(|name| {
        let word = Regex::new(&format!(r"\b{name}\b"));
        word.is_ok_and(|word| !word.is_match(text))
    })
}

/// The byte behind the last import that stands by itself before `until`.
fn last_import(text: &str, until: usize) -> Option<usize> {
    let mut end = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if start >= until {
            break;
        }
        if line.starts_with("import ") || line.starts_with("from ") {
            let whole = match line.find('(') {
                Some(open) => span::brackets(text, start + open)?.end,
                None if line.trim_end().ends_with('\\') => return None,
                None => start,
            };
            end = Some(span::lines(text, &(whole..whole)).end);
        }
    }
    end.filter(|end| *end <= until && text[..*end].ends_with('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_import_goes_behind_the_last_one_of_several_lines() {
        let text = "import os\nfrom a import (\n    b,\n)\n\napp = FastAPI()\n";
        let until = text.find("app").unwrap();
        let end = last_import(text, until).unwrap();
        assert_eq!(&text[end..], "\napp = FastAPI()\n");
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
