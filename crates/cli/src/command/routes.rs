use std::process::ExitCode;

use betroth_source_python::{Authentication, Route};
use serde_json::json;

use super::{Folder, Format, tell_unread};
use crate::import::Import;
use crate::output::{Output, complain};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    import: Import,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let (_, audit, imported) = arguments.folder.look_with(&arguments.import)?;
    if arguments.format == Format::Json {
        let mut report = json!({ "schema": 1, "routes": super::check::json::routes(&audit) });
        if let Some(imported) = &imported {
            imported.tell(&mut report);
        }
        let text = serde_json::to_string_pretty(&report)?;
        output.line(&text)?;
        output.finish()?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut any = false;
    for api in audit.apis() {
        if any {
            output.line("")?;
        }
        any = true;
        let title = output.strong(&api.name);
        output.line(&title)?;
        let rows: Vec<[String; 5]> = api.routes.iter().map(row).collect();
        let width = |column: usize| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2), width(3)];
        for row in &rows {
            output.line(&format!(
                "{:a$}  {:b$}  {:c$}  {:d$}  {}",
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                a = widths[0],
                b = widths[1],
                c = widths[2],
                d = widths[3],
            ))?;
        }
    }
    if let Some(imported) = &imported {
        imported.write(output)?;
    }
    output.finish()?;
    tell_unread(&audit, false);
    if !any {
        complain("no FastAPI application was found");
    }
    Ok(ExitCode::SUCCESS)
}

/// Method, path, handler, authentication and by what, place.
fn row(route: &Route) -> [String; 5] {
    let by = route
        .guards
        .iter()
        .find(|guard| guard.authentication == route.authentication)
        .map(|guard| guard.name.as_str())
        .filter(|name| *name != route.handler);
    let word = route.authentication.word();
    let answer = match (&route.authentication, by) {
        (Authentication::Conditional(condition), Some(by)) => {
            format!("{word}: {by}, unless `{}`", condition.setting)
        }
        (Authentication::Conditional(condition), None) => {
            format!("{word}, unless `{}`", condition.setting)
        }
        (Authentication::Forgeable { what, .. }, _) => format!("{word}: {what}"),
        (Authentication::None, _) | (_, None) => word.to_owned(),
        (_, Some(by)) => format!("{word}: {by}"),
    };
    [
        route.method.clone(),
        route.path.clone(),
        route.handler.clone(),
        answer,
        route.place.to_string(),
    ]
}
