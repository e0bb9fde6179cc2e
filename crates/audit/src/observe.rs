//! From the facts of both readers to what each pair does.

mod call;
mod credential;

use std::collections::BTreeSet;

use betroth_agreement::{
    Agreement, ApiSide, CredentialKind, Observed, Verdict, WebSide, compare, pair,
};
use betroth_source_python::{self as python, Route};
use betroth_source_typescript::{Call, Web};

use crate::access::{is_aside, is_within, root_of};
use crate::tree::is_web;
use crate::{Tree, Unread};
pub(crate) use call::whole_path;
use call::{calls_of, doubted, sent, unread_cookies};
use credential::{answers, barely_read, defaults, issuers, narrowed, reads_cookies, verifiers};

/// A pair of front end and API with its verdict.
#[derive(Clone, Debug)]
pub struct Paired<'a> {
    /// The verdict.
    pub agreement: Agreement,
    /// Whether a cookie is what the front end sends.
    pub by_cookie: bool,
    /// Whether the API may look at cookies; one that does not is sent nothing by a call that carries them alone.
    pub reads_cookies: bool,
    /// Names of the applications of which a route answers a call.
    pub called: Vec<String>,
    /// The calls, each with the route that answers it, up to a prefix that either side adds elsewhere.
    pub exchanges: Vec<(&'a Call, Option<&'a Route>)>,
    /// Every route of the API, with the name of its application.
    pub routes: Vec<(&'a str, &'a Route)>,
}

/// The applications that are deployed from one folder.
struct Deployment<'a> {
    root: String,
    /// Each with the name of its application.
    routes: Vec<(&'a str, &'a Route)>,
}

/// Every pair of the tree; the one whose API the most calls reach comes first.
pub(crate) fn pairs<'a>(
    tree: &Tree,
    python: &'a python::Facts,
    webs: &'a [Web],
) -> Vec<Paired<'a>> {
    let deployments = deployments(tree, python);
    let calls: Vec<Vec<&'a Call>> = webs.iter().map(calls_of).collect();
    let sides: Vec<WebSide> = webs
        .iter()
        .zip(&calls)
        .map(|(web, calls)| WebSide {
            root: root_of(web).to_owned(),
            calls: calls
                .iter()
                .map(|call| (call.method.clone(), whole_path(call)))
                .collect(),
        })
        .collect();
    let apis: Vec<ApiSide> = deployments
        .iter()
        .map(|deployment| ApiSide {
            root: deployment.root.clone(),
            routes: deployment
                .routes
                .iter()
                .map(|(_, route)| (route.method.clone(), route.path.clone()))
                .collect(),
        })
        .collect();
    let roots: Vec<&str> = deployments.iter().map(|it| it.root.as_str()).collect();
    let mut pairs: Vec<Paired<'a>> = pair(&sides, &apis)
        .into_iter()
        .map(|pair| {
            let deployment = &deployments[pair.api];
            let matched: Vec<(&'a Call, Option<&'a Route>)> = pair
                .calls
                .iter()
                .map(|(call, route)| {
                    (
                        calls[pair.web][*call],
                        route.map(|route| deployment.routes[route].1),
                    )
                })
                .collect();
            let barely_read = barely_read(&matched, deployment);
            let reads_cookies = reads_cookies(python, deployment, &roots);
            let mut sent = sent(&webs[pair.web], &matched);
            if !reads_cookies {
                unread_cookies(&mut sent);
            }
            let mut sent = doubted(tree, &webs[pair.web], sent);
            sent.retain(|sent| !barely_read || sent.credential != CredentialKind::None);
            let observed = Observed {
                web_root: root_of(&webs[pair.web]).to_owned(),
                api_root: deployment.root.clone(),
                issuers: issuers(&webs[pair.web], python),
                sent,
                defaults: defaults(tree, python),
                verifiers: verifiers(tree, python, deployment, deployments.len() == 1),
                narrowed: narrowed(tree, python, deployment, &webs[pair.web]),
                answers: answers(&matched, deployment),
            };
            let mut agreement = compare(&observed);
            agreement.calls = matched.len();
            Paired {
                by_cookie: observed
                    .sent
                    .iter()
                    .any(|sent| sent.credential == CredentialKind::Cookie),
                called: pair
                    .calls
                    .iter()
                    .filter_map(|(_, route)| Some(deployment.routes[(*route)?].0.to_owned()))
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect(),
                agreement,
                reads_cookies,
                exchanges: matched,
                routes: deployment.routes.clone(),
            }
        })
        .collect();
    pairs.sort_by(|a, b| {
        let key = |paired: &Paired| std::cmp::Reverse(paired.agreement.calls);
        key(a).cmp(&key(b))
    });
    pairs
}

/// A front end of which a source was not read whole may call the API otherwise too: what it is seen to do is accepted is not told.
pub(crate) fn doubt_unread(pairs: &mut [Paired<'_>], unread: &[Unread]) {
    for pair in pairs {
        let agreement = &mut pair.agreement;
        let unread = unread.iter().find(|unread| {
            let file = unread.file.as_str();
            is_web(file)
                && is_within(file, &agreement.web_root)
                && !is_aside(file)
                && !file
                    .split('/')
                    .any(|folder| matches!(folder, "public" | "static"))
        });
        if let Some(unread) = unread
            && agreement.verdict == Verdict::Accepted
        {
            agreement.verdict = Verdict::Unknown;
            agreement.because = format!(
                "what was read of the front end is accepted, and `{}` could not be read whole",
                unread.file
            );
        }
    }
}

/// The applications by the folder from which they are deployed: the nearest with a manifest, but not the folder looked
/// at where the program itself begins deeper.
fn deployments<'a>(tree: &Tree, python: &'a python::Facts) -> Vec<Deployment<'a>> {
    let mut deployments: Vec<Deployment<'a>> = Vec::new();
    for api in &python.apis {
        if is_aside(&api.place.file) {
            continue;
        }
        let root = deployed_from(tree, api);
        let routes = api.routes.iter().map(|route| (api.name.as_str(), route));
        match deployments.iter_mut().find(|known| known.root == root) {
            Some(known) => known.routes.extend(routes),
            None => deployments.push(Deployment {
                root,
                routes: routes.collect(),
            }),
        }
    }
    deployments
}

/// The folder from which an application is deployed; `.` for the folder looked at.
pub fn deployed_from(tree: &Tree, api: &python::Api) -> String {
    let mut at = api.place.file.as_str();
    while let Some((parent, _)) = at.rsplit_once('/') {
        if tree.deployed.iter().any(|folder| folder == parent) {
            return parent.to_owned();
        }
        at = parent;
    }
    api.root.clone()
}
