//! FastAPI: a middleware with the headers, and the line of the entry that adds it.

use betroth_report::{Edit, span};
use betroth_source_python as facts;
use minijinja::context;
use regex::Regex;

use crate::files::Standing;
use crate::layout::python;
use crate::plan::record_of;
use crate::project::{ApiSide, Project};
use crate::python::last_import;
use crate::target::{Output, Step};
use crate::template::{TemplateFault, fill};

/// The middleware.
const NAME: &str = "SecurityHeaders";

pub(super) fn outputs(
    project: &Project<'_>,
    api: &ApiSide<'_>,
) -> Result<Vec<Output>, TemplateFault> {
    let Some(application) = api.facts else {
        return Ok(Vec::new());
    };
    let path = api.beside_guard(
        project.files,
        "middleware/headers.py",
        "security_headers.py",
    );
    let known = project.files.standing(&record_of(&path)) == Standing::File;
    let mut names = application.middlewares.iter().map(|it| it.name.as_str());
    // Headers of a person's own making would be sent beside ours, or instead of them.
    if !known && names.any(|name| name != NAME && name.to_lowercase().contains("header")) {
        return Ok(Vec::new());
    }
    let text = fill(
        &path,
        include_str!("security_headers.py.jinja"),
        context! {},
    )?;
    let module = api.module(&path);
    let mut outputs = vec![Output::File {
        path,
        text: python(&text, &api.style),
    }];
    let mut names = application.middlewares.iter();
    if names.all(|it| it.name != NAME) {
        outputs.push(taken_in(project, application, &module));
    }
    Ok(outputs)
}

/// The import and the line behind the application, where these can be written.
fn taken_in(project: &Project<'_>, application: &facts::Api, module: &str) -> Output {
    let import = format!("from {module} import {NAME}");
    match edits(project, application, &import) {
        Some(edits) => Output::Edit {
            edits,
            says: format!("every answer has the headers of `{NAME}`"),
        },
        None => Output::Step(Step {
            says: "send the headers with every answer".to_owned(),
            place: Some(application.place.clone()),
            lines: vec![import, format!("app.add_middleware({NAME})")],
        }),
    }
}

fn edits(project: &Project<'_>, application: &facts::Api, import: &str) -> Option<Vec<Edit>> {
    let file = &application.place.file;
    let text = project.files.text(file)?;
    let at = span::offset(&text, &application.place)?;
    let arguments = span::arguments(&text, at)?;
    let imported = last_import(&text, at)?;
    let line = span::lines(&text, &(at..arguments.end));
    let assigned = Regex::new(r"^(\s*)(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:[\w.]+\()?$").ok()?;
    let assigned = assigned.captures(&text[line.start..at])?;
    // The guard around the application may close behind it; anything else is an expression of somebody's own.
    let behind = text[arguments.end..line.end].trim_start_matches(')').trim();
    (behind.is_empty() || behind.starts_with('#')).then_some(())?;
    let added = format!("{}{}.add_middleware({NAME})\n", &assigned[1], &assigned[2]);
    let added = if text[..line.end].ends_with('\n') {
        added
    } else {
        format!("\n{added}")
    };
    Some(vec![
        Edit::new(file, imported..imported, format!("{import}\n")),
        Edit::new(file, line.end..line.end, added),
    ])
}
