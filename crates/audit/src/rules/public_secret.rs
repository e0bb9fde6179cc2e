use betroth_report::{Finding, Place, Severity};

use super::{Subject, rule};
use crate::access::is_aside;
use crate::tree::is_web;

/// Starts of the names that bundlers write into the page.
const PUBLIC: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "PUBLIC_",
    "EXPO_PUBLIC_",
    "NUXT_PUBLIC_",
];

/// Words in the names of what must not stand there.
const SECRET: &[&str] = &[
    "SECRET",
    "PRIVATE_KEY",
    "PASSWORD",
    "JWT_KEY",
    "SIGNING_KEY",
    "SERVICE_ROLE",
];

rule! {
    /// A secret bears a name under which it is written into the page.
    ///
    /// What begins with `NEXT_PUBLIC_`, `VITE_` or `REACT_APP_` becomes part of the script that every visitor loads. A signing secret
    /// there lets every visitor sign tokens of his own, for anybody.
    ///
    /// ```ts bad web/lib/sign.ts
    /// export const secret = process.env.NEXT_PUBLIC_BETTER_AUTH_SECRET
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```ts good web/lib/sign.ts
    /// export const secret = process.env.BETTER_AUTH_SECRET
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    "public-secret" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut names: Vec<(String, Vec<(Place, bool)>)> = Vec::new();
    let mut add = |name: &str, place, read| match names.iter_mut().find(|(known, _)| known == name)
    {
        Some((_, places)) => places.push((place, read)),
        None => names.push((name.to_owned(), vec![(place, read)])),
    };
    for (path, text) in &subject.tree.files {
        let may = || SECRET.iter().any(|word| text.contains(word));
        if is_web(path) && !is_aside(path) && may() {
            for (line, text) in (1..).zip(text.lines()) {
                if let Some((name, column)) = secret_named(text) {
                    let width = u32::try_from(name.len()).unwrap_or(1);
                    let place = Place {
                        width,
                        ..Place::new(path.clone(), line, column)
                    };
                    add(name, place, true);
                }
            }
        }
    }
    for file in &subject.tree.environments {
        for variable in file
            .variables
            .iter()
            .filter(|variable| is_public_secret(&variable.name))
        {
            if !is_aside(&file.path) {
                let place = Place::new(file.path.clone(), variable.line, variable.column);
                add(&variable.name, place, false);
            }
        }
    }
    names
        .into_iter()
        .filter_map(|(name, places)| finding(&name, &places))
        .collect()
}

fn finding(name: &str, places: &[(Place, bool)]) -> Option<Finding> {
    let ((first, _), others) = places.split_first()?;
    // A bundler writes what the code names; one that is only set stays out, until somebody uses it.
    let read = places.iter().any(|(_, read)| *read);
    let severity = if read {
        Severity::Error
    } else {
        Severity::Warning
    };
    let finding = Finding::new(
        RULE.id,
        severity,
        first.clone(),
        format!("`{name}` is a secret, and its name has it written into the page"),
    )
    .label("every visitor gets it")
    .why("whoever has the signing secret signs a token for anybody")
    .help("rename it without the public start, read it on the server only, and put another value into use");
    Some(finding.also(others.iter().map(|(place, _)| place), "and here"))
}

fn is_public_secret(name: &str) -> bool {
    PUBLIC.iter().any(|start| name.starts_with(start))
        && SECRET.iter().any(|word| name.contains(word))
        && !name.contains("PUBLIC_KEY")
}

/// The first such variable that a line of code reads, with its column.
fn secret_named(line: &str) -> Option<(&str, u32)> {
    let code = line.trim_start();
    if code.starts_with("//") || code.starts_with('*') {
        return None;
    }
    ["process.env.", "import.meta.env."]
        .iter()
        .find_map(|before| {
            line.match_indices(before).find_map(|(at, _)| {
                let start = at + before.len();
                let name = line[start..]
                    .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .next()?;
                let column = u32::try_from(line[..start].chars().count()).ok()? + 1;
                is_public_secret(name).then_some((name, column))
            })
        })
}
