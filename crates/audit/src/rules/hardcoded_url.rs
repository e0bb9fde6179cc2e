use std::collections::BTreeMap;

use betroth_report::{Finding, Fix, Severity};
use betroth_source_typescript::{Base, Call, Callee, FixedAddress, Web};

use super::{Subject, rule};
use crate::access::{is_aside, variable_of};

rule! {
    /// The address of the API stands in the source.
    ///
    /// A build for another place calls the old address: from the browser of a visitor, `localhost` is the visitor's own
    /// machine, and the call fails before any token is looked at.
    ///
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```ts bad web/lib/tasks.ts
    /// export const tasks = () => fetch("http://localhost:8000/tasks")
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```ts good web/lib/tasks.ts
    /// export const tasks = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`)
    /// ```
    "hardcoded-url" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut addresses: BTreeMap<(&str, &Base), (&Web, Vec<&Call>)> = BTreeMap::new();
    for web in subject.webs {
        let to_api = web.calls.iter().filter(|call| {
            call.callee == Callee::Api && !is_aside(&call.place.file) && is_fixed(&call.base)
        });
        for call in to_api {
            addresses
                .entry((&web.root, &call.base))
                .or_insert((web, Vec::new()))
                .1
                .push(call);
        }
    }
    let web = addresses
        .into_iter()
        .filter_map(|((_, base), (web, mut calls))| {
            // Where the page's own host decides, this is the address of one branch.
            calls.retain(|call| {
                let text = subject.tree.text(&call.wrapper.file).unwrap_or_default();
                !text.contains(".hostname") && !text.contains("location.host")
            });
            finding(web, base, &calls)
        });
    let mut found: Vec<Finding> = web.chain(of_api(subject)).collect();
    let told: Vec<String> = found
        .iter()
        .map(|finding| finding.place.file.clone())
        .collect();
    let others = subject.webs.iter().flat_map(elsewhere);
    found.extend(others.filter(|finding| !told.contains(&finding.place.file)));
    found
}

/// Addresses of the auth service that stand in the API.
fn of_api(subject: &Subject<'_>) -> impl Iterator<Item = Finding> {
    let fixed = subject.python.fixed_addresses.iter();
    let fixed = fixed.filter(|fixed| !is_aside(&fixed.place.file));
    fixed.map(|fixed| {
        let name = &fixed.name;
        Finding::new(
            RULE.id,
            Severity::Warning,
            fixed.place.clone(),
            format!("`{name}` is `{}`, whatever the deployment", fixed.address),
        )
        .label("the address is fixed")
        .why(
            "deployed, the API asks itself for the keys of the auth service, and refuses everybody",
        )
        .help(format!(
            "read it from the environment: `{name} = os.environ[\"{name}\"]`"
        ))
        .fix(Fix::Suggested)
    })
}

/// The servers of a front end that no call was seen to reach, or that are opened as a page, one finding for each.
fn elsewhere(web: &Web) -> Vec<Finding> {
    let mut servers: BTreeMap<&str, Vec<&FixedAddress>> = BTreeMap::new();
    for address in &web.fixed_addresses {
        if !is_aside(&address.place.file) {
            servers.entry(&address.origin).or_default().push(address);
        }
    }
    servers
        .into_iter()
        .filter_map(|(origin, addresses)| {
            let first = addresses.iter().find(|it| it.reached).or(addresses.first())?;
            let others = addresses.iter().filter(|it| it.place != first.place);
            let (message, label, why) = if first.local {
                (
                    "an address on the developer's own machine, whatever the deployment".to_owned(),
                    "reached by nobody else",
                    "deployed, the page sends each visitor to the visitor's own machine",
                )
            } else {
                (
                    format!("`{origin}` is meant, whatever the deployment"),
                    "the address is fixed",
                    "a copy that is deployed for trying things out sends people, and their tokens, to this server",
                )
            };
            let finding = Finding::new(RULE.id, Severity::Note, first.place.clone(), message)
                .label(label)
                .why(why)
                .help(format!("read it from a variable that the build sets: {}", variable_of(web)));
            Some(finding.also(others.map(|it| &it.place), "and here"))
        })
        .collect()
}

/// Whether no variable can change the address, or the default of the variable is a server that others reach.
fn is_fixed(base: &Base) -> bool {
    let Some((_, host)) = base.literal.as_deref().and_then(|it| it.split_once("://")) else {
        return false;
    };
    let local = ["localhost", "127.", "0.0.0.0", "[::1]"]
        .iter()
        .any(|name| host.starts_with(name));
    base.environment.is_none() || !local && host.contains('.')
}

fn finding(web: &Web, base: &Base, calls: &[&Call]) -> Option<Finding> {
    let address = base.literal.as_deref()?;
    let first = calls.iter().find(|call| call.reached).or(calls.first())?;
    let severity = if first.reached && base.environment.is_none() {
        Severity::Warning
    } else {
        Severity::Note
    };
    let count = match calls.len() {
        1 => "1 call goes".to_owned(),
        many => format!("{many} calls go"),
    };
    let mut places = vec![&first.place];
    for call in calls {
        if !places.contains(&&call.place) {
            places.push(&call.place);
        }
    }
    let finding = Finding::new(
        RULE.id,
        severity,
        first.place.clone(),
        match &base.environment {
            Some(variable) => format!("where `{variable}` is not set, {count} to `{address}`"),
            None => format!("{count} to `{address}`, whatever the deployment"),
        },
    )
    .label("the address is fixed")
    .why("deployed elsewhere, the front end calls this address all the same, and the call fails or reaches the wrong API")
    .help(format!("read it from a variable that the build sets: {}", variable_of(web)));
    Some(places[1..].iter().take(5).fold(finding, |finding, place| {
        finding.related((*place).clone(), "and here")
    }))
}
