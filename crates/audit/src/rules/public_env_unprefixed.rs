use std::collections::BTreeMap;

use betroth_report::{Finding, Fix, Severity};
use betroth_source_typescript::WithheldVariable;

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A module of the browser reads a variable that Next.js keeps on the server.
    ///
    /// Next.js writes a variable into what the browser loads only if its name begins with `NEXT_PUBLIC_`. Any other is `undefined`
    /// there: the fall-back stands in for it, in production too, or the address begins with `undefined`.
    ///
    /// ```ts bad web/app/tasks.ts
    /// "use client"
    ///
    /// export const tasks = () => fetch(`${process.env.API_URL ?? "http://localhost:8000"}/tasks`)
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```ts good web/app/tasks.ts
    /// "use client"
    ///
    /// export const tasks = () => fetch(`${process.env.NEXT_PUBLIC_API_URL ?? "http://localhost:8000"}/tasks`)
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    "public-env-unprefixed" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut names: BTreeMap<&str, Vec<&WithheldVariable>> = BTreeMap::new();
    for variable in subject.webs.iter().flat_map(|web| &web.withheld) {
        // A secret that a module of the browser names does not get there; an address does not either, and is missed.
        let address = ["URL", "HOST", "ORIGIN", "ENDPOINT", "BASE"]
            .iter()
            .any(|word| variable.name.contains(word));
        if address && variable.reached && !is_aside(&variable.place.file) {
            names.entry(&variable.name).or_default().push(variable);
        }
    }
    names
        .into_iter()
        .filter_map(|(name, reads)| {
            let (first, others) = reads.split_first()?;
            let finding = Finding::new(
                RULE.id,
                Severity::Warning,
                first.place.clone(),
                format!("the browser reads `{name}`, which Next.js keeps on the server"),
            )
            .label("`undefined` in the browser")
            .why("the fall-back is used in production too, and calls go to the wrong address")
            .help(format!(
                "name it `NEXT_PUBLIC_{name}`, here and where it is set"
            ))
            .fix(Fix::Suggested);
            Some(finding.also(others.iter().map(|read| &read.place), "and here"))
        })
        .collect()
}
