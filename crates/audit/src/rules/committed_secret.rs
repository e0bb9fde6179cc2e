use betroth_report::{Finding, Place, Related, Severity};

use super::{Subject, rule};
use crate::environment::{
    EnvironmentFile, EnvironmentKind, EnvironmentVariable, address_with_password,
};
use crate::tree::{is_python, is_web};

rule! {
    /// A file of the repository holds a real secret.
    ///
    /// Whoever reads the repository, or an old copy of it, can sign in as anybody or read the database. Deleting the line
    /// does not help: it stays in the history. Values are judged by their look and are never shown. Environment files are read, and
    /// addresses with a password wherever they stand: `postgresql://ada:…@db.example.com/notes` as a fall-back in the source.
    ///
    /// ```text bad backend/.env.example
    /// BETTER_AUTH_URL=http://localhost:3000
    /// BETTER_AUTH_SECRET=q7Zr0vKp1mXw8Ld3Bf6NcTy5HsJg2QeA
    /// ```
    /// ```text good backend/.env.example
    /// BETTER_AUTH_URL=http://localhost:3000
    /// # openssl rand -base64 32
    /// BETTER_AUTH_SECRET=
    /// ```
    "committed-secret" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for file in &subject.tree.environments {
        let Some(finding) = finding(file) else {
            continue;
        };
        // The same names in several files that build and deploy are one cause.
        let same = found
            .iter_mut()
            .find(|known| file.kind != EnvironmentKind::Dotenv && known.message == finding.message);
        match same {
            Some(known) => known.related.push(Related {
                place: finding.place,
                message: "and here".to_owned(),
            }),
            None => found.push(finding),
        }
    }
    found.extend(in_sources(subject));
    found
}

/// Addresses with a password that stand in the sources: the fall-back of a variable, a script, a comment.
fn in_sources(subject: &Subject<'_>) -> Option<Finding> {
    let sources = subject.tree.files.iter();
    let mut places = sources
        .filter(|(path, text)| (is_python(path) || is_web(path)) && text.contains("://"))
        .flat_map(|(path, text)| {
            (1..).zip(text.lines()).filter_map(move |(number, line)| {
                let (column, width) = address_with_password(line)?;
                Some(Place {
                    width,
                    ..Place::new(path.clone(), number, column)
                })
            })
        });
    let first = places.next()?;
    let finding = Finding::new(
        RULE.id,
        Severity::Warning,
        first,
        "an address in the source holds what looks like a real password",
    )
    .label("looks real")
    .why("whoever reads the repository can use it, and the history keeps it")
    .help("put another password into use, and read the address from the environment, without a default")
    .masked();
    let others: Vec<Place> = places.collect();
    Some(finding.also(others.iter(), "and here"))
}

fn finding(file: &EnvironmentFile) -> Option<Finding> {
    let secrets: Vec<&EnvironmentVariable> = file
        .variables
        .iter()
        .filter(|variable| variable.secret)
        .collect();
    let first = secrets.first()?;
    let names: Vec<String> = secrets
        .iter()
        .take(3)
        .map(|variable| format!("`{}`", variable.name))
        .collect();
    let more = match secrets.len().saturating_sub(3) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let names = format!("{}{more}", names.join(", "));
    let (severity, message) = match (file.is_example(), file.tracked) {
        // What builds and deploys is written to be shared, and its values are often those of a test.
        _ if file.kind != EnvironmentKind::Dotenv => (
            if file.path.contains(".github/") {
                Severity::Note
            } else {
                Severity::Warning
            },
            format!("it holds what looks like the real value of {names}"),
        ),
        (true, _) => (
            Severity::Warning,
            format!("the example holds what looks like the real value of {names}"),
        ),
        (false, Some(true)) => (
            Severity::Error,
            format!("git tracks this file, and it holds real values of {names}"),
        ),
        (false, None) => (
            Severity::Warning,
            format!(
                "it holds what look like real values of {names}, and whether git tracks it could not be told"
            ),
        ),
        (false, Some(false)) => (
            Severity::Note,
            format!("it holds real values of {names}, and git does not ignore it"),
        ),
    };
    let place = |variable: &EnvironmentVariable| {
        let width = u32::try_from(variable.name.len()).unwrap_or(1);
        Place {
            width,
            ..Place::new(file.path.clone(), variable.line, variable.column)
        }
    };
    let finding = Finding::new(RULE.id, severity, place(first), message)
        .label("looks real")
        .why("whoever reads the repository can use it, and the history keeps it")
        .help("put another value into use, then leave it empty here and have `.gitignore` name the file that is filled in");
    Some(
        secrets[1..]
            .iter()
            .take(5)
            .fold(finding, |finding, variable| {
                finding.related(place(variable), "and this")
            }),
    )
}
