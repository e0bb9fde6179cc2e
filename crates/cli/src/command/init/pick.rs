//! Which front end and API the contract is for.

use anyhow::bail;
use betroth_agreement::Agreement;
use betroth_audit::{Audit, Tree, deployed_from, is_meant_open, site};
use betroth_scaffold::contract::Sides;
use betroth_source_python::{Api, Verification};
use betroth_source_typescript::Web;

use super::Choice;

/// The two sides, and the pairs that were not taken.
pub(super) struct Picked<'a> {
    pub(super) sides: Sides<'a>,
    pub(super) others: Vec<(String, String)>,
}

impl<'a> Picked<'a> {
    /// The pair that was chosen, else the one between which most calls go, else the side that there is.
    ///
    /// # Errors
    /// Where there is nothing to draft from, or nothing by the names that were chosen.
    pub(super) fn of(tree: &Tree, audit: &'a Audit, choice: &Choice) -> anyhow::Result<Self> {
        let web = choice.web.as_deref().map(plain);
        let api = choice.api.as_deref().map(plain);
        let fits = |agreement: &&Agreement| {
            web.is_none_or(|web| web == agreement.web_root)
                && api.is_none_or(|api| api == agreement.api_root)
        };
        let Some(agreement) = audit.agreements.iter().find(fits) else {
            return Self::alone(tree, audit, web, api);
        };
        let pair = |it: &Agreement| (it.web_root.clone(), it.api_root.clone());
        let others = audit
            .agreements
            .iter()
            .filter(|it| web.is_none() && api.is_none() && *it != agreement)
            .map(pair);
        Ok(Self {
            others: others.collect(),
            sides: Sides {
                web_root: &agreement.web_root,
                api_root: agreement.api_root.clone(),
                web: audit
                    .webs
                    .iter()
                    .find(|web| root(web) == agreement.web_root),
                api: api_in(audit, &agreement.api_root),
                verifications: verifications(audit, &agreement.api_root),
                agreement: Some(agreement),
                is_meant_open,
                site,
            },
        })
    }

    /// One side without the other, or two of which nothing is known that joins them.
    fn alone(
        tree: &Tree,
        audit: &'a Audit,
        web: Option<&str>,
        api: Option<&str>,
    ) -> anyhow::Result<Self> {
        let webs: Vec<&str> = audit.webs.iter().map(root).collect();
        let apis: Vec<(String, &Api)> = audit
            .apis()
            .map(|api| (deployed_from(tree, api), api))
            .collect();
        let mut roots: Vec<&str> = apis.iter().map(|(root, _)| root.as_str()).collect();
        roots.dedup();
        for (flag, wanted, known) in [("--web", web, webs), ("--api", api, roots)] {
            if let Some(wanted) = wanted.filter(|wanted| !known.contains(wanted)) {
                bail!("`{flag} {wanted}`: {}", nothing_there(flag, &known));
            }
        }
        let web = audit
            .webs
            .iter()
            .find(|it| web.is_none_or(|web| web == root(it)));
        let api = apis
            .iter()
            .filter(|(root, _)| api.is_none_or(|api| api == root))
            .max_by_key(|(_, api)| api.routes.len());
        if web.is_none() && api.is_none() {
            bail!(
                "neither a front end nor a FastAPI application was found: there is nothing to draft a contract from"
            );
        }
        let api_root = api.map_or(".", |(root, _)| root);
        Ok(Self {
            others: Vec::new(),
            sides: Sides {
                web_root: web.map_or(".", root),
                api_root: api_root.to_owned(),
                web,
                api: api.map(|(_, api)| *api),
                verifications: verifications(audit, api_root),
                agreement: None,
                is_meant_open,
                site,
            },
        })
    }
}

fn nothing_there(flag: &str, known: &[&str]) -> String {
    let what = if flag == "--web" {
        "front end"
    } else {
        "FastAPI application"
    };
    match known {
        [] => format!("no {what} was found"),
        known => format!(
            "no {what} was found there; there is `{}`",
            known.join("`, `")
        ),
    }
}

/// A folder as the reports name it.
fn plain(folder: &str) -> &str {
    let folder = folder.strip_prefix("./").unwrap_or(folder);
    match folder.trim_end_matches('/') {
        "" => ".",
        folder => folder,
    }
}

fn root(web: &Web) -> &str {
    if web.root.is_empty() { "." } else { &web.root }
}

/// The application of a folder; of several, the one with most routes.
fn api_in<'a>(audit: &'a Audit, root: &str) -> Option<&'a Api> {
    audit
        .apis()
        .filter(|api| is_inside(&api.place.file, root))
        .max_by_key(|api| (api.root == root, api.routes.len()))
}

fn verifications<'a>(audit: &'a Audit, root: &str) -> Vec<&'a Verification> {
    let found = audit.python.verifications.iter();
    found
        .filter(|found| is_inside(&found.fact.place.file, root))
        .collect()
}

fn is_inside(file: &str, root: &str) -> bool {
    root == "."
        || file
            .strip_prefix(root)
            .is_some_and(|rest| rest.starts_with('/'))
}
