use std::collections::BTreeMap;

use betroth_contract::value::Origin;
use betroth_contract::{Keys, Setting};
use betroth_report::Edit;

use crate::files::{Standing, below};
use crate::plan::record_of;
use crate::project::{Project, WebSide};
use crate::target::{Output, Target};
use crate::template::TemplateFault;

/// The variables of each side.
pub(super) const TARGET: Target = Target {
    name: "environment",
    about: ".env.example of both sides: which variables there are, and what each is for",
    write,
};

/// Variables of one side in their order, each with what it is for and an example that is no secret.
pub(super) type Variables = Vec<(String, &'static str, String)>;

#[expect(
    clippy::unnecessary_wraps,
    reason = "a target that fills in no template has the shape of one that does"
)]
fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let mut sides: BTreeMap<String, Variables> = BTreeMap::new();
    if let Some(web) = &project.web {
        sides
            .entry(below(web.root, ".env.example"))
            .or_default()
            .extend(of_web(project));
    }
    for api in &project.apis {
        let file = below(api.root, ".env.example");
        let known = sides.entry(file).or_default();
        for variable in of_api(project) {
            if known.iter().all(|(name, ..)| *name != variable.0) {
                known.push(variable);
            }
        }
    }
    Ok(sides
        .into_iter()
        .filter_map(|(file, variables)| output(project, file, &variables))
        .collect())
}

fn of_web(project: &Project<'_>) -> Variables {
    let contract = project.contract;
    let mut variables = Variables::new();
    named(
        &mut variables,
        &contract.issuer.base_url,
        "Where this front end is, as a browser sees it.",
        |url| url.as_str().to_owned(),
    );
    let web = project.web.as_ref();
    if !web.is_some_and(WebSide::signs_in_elsewhere) {
        let secret = "Better Auth signs cookies with it: openssl rand -base64 32";
        variables.push(("BETTER_AUTH_SECRET".to_owned(), secret, String::new()));
    }
    for api in &project.apis {
        named(
            &mut variables,
            &api.contract.url,
            "Where the API is, as a browser sees it.",
            |url| url.as_str().to_owned(),
        );
    }
    variables.extend(shared(project).filter(|(name, ..)| name != "BETTER_AUTH_SECRET"));
    variables
}

pub(super) fn of_api(project: &Project<'_>) -> Variables {
    let contract = project.contract;
    let mut variables = Variables::new();
    named(
        &mut variables,
        &contract.issuer.base_url,
        "Where the front end is: it issues the tokens.",
        |url| url.as_str().to_owned(),
    );
    if let Some(web) = &contract.web {
        named(
            &mut variables,
            &web.origins,
            "Pages that may call, with commas between.",
            |origins| {
                let origins: Vec<&str> = origins.as_slice().iter().map(Origin::as_str).collect();
                origins.join(",")
            },
        );
    }
    if let Keys::PublicKey { public_key, .. } = &contract.keys {
        for name in public_key.names() {
            let what = "The issuer's public key, as PEM or JWK.";
            variables.push((name.to_string(), what, String::new()));
        }
    }
    variables.extend(shared(project));
    variables
}

/// The secret that both sides hold, where they do.
fn shared(project: &Project<'_>) -> Option<(String, &'static str, String)> {
    let Keys::SharedSecret { secret, .. } = &project.contract.keys else {
        return None;
    };
    let name = secret.names().first()?.to_string();
    let what = "Signs tokens, the same on both sides and nowhere else: openssl rand -base64 48";
    Some((name, what, String::new()))
}

fn named<T>(
    variables: &mut Variables,
    setting: &Setting<T>,
    what: &'static str,
    text: impl Fn(&T) -> String,
) {
    let Setting::Environment { names, development } = setting else {
        return;
    };
    if let Some(name) = names.as_slice().first() {
        let example = development.as_ref().map(text).unwrap_or_default();
        variables.push((name.to_string(), what, example));
    }
}

/// A file of its own; or, behind what a person's file has, what it lacks.
fn output(project: &Project<'_>, file: String, variables: &Variables) -> Option<Output> {
    let standing = project.files.text(&file);
    let ours = project.files.standing(&record_of(&file)) == Standing::File;
    let Some(text) = standing.filter(|_| !ours) else {
        return Some(Output::File {
            text: lines(variables.iter()).join("\n\n") + "\n",
            path: file,
        });
    };
    let has = |name: &str| {
        let mut lines = text.lines().map(|line| line.trim_start_matches(['#', ' ']));
        lines.any(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.trim_start().starts_with('='))
        })
    };
    let missing: Vec<_> = variables.iter().filter(|(name, ..)| !has(name)).collect();
    let names: Vec<String> = missing
        .iter()
        .map(|(name, ..)| format!("`{name}`"))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let before = if text.is_empty() || text.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let new = format!("{before}{}\n", lines(missing.into_iter()).join("\n\n"));
    Some(Output::Edit {
        edits: vec![Edit::new(file, text.len()..text.len(), new)],
        says: format!("adds {}", names.join(", ")),
    })
}

fn lines<'v>(variables: impl Iterator<Item = &'v (String, &'static str, String)>) -> Vec<String> {
    variables
        .map(|(name, what, example)| format!("# {what}\n{name}={example}"))
        .collect()
}
