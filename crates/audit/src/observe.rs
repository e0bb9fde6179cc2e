//! From the facts of both readers to what each pair does.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use betroth_agreement::{
    Agreement, Answers, ApiSide, CredentialKind, IssuerFact, IssuerKind, Observed, Sent, Verifier,
    VerifierKind, WebSide, compare, pair,
};
use betroth_report::Place;
use betroth_source_python::{self as python, Authentication, Route};
use betroth_source_typescript::{Call, Callee, Web};

use crate::Tree;
use crate::access::{is_aside, is_public, is_verified};
use crate::site::site;

/// A pair of front end and API with its verdict.
#[derive(Clone, Debug)]
pub struct Paired {
    /// The verdict.
    pub agreement: Agreement,
    /// Whether a cookie is what the front end sends.
    pub by_cookie: bool,
    /// Names of the applications of which a route answers a call.
    pub called: Vec<String>,
}

/// The applications that are deployed from one folder.
struct Deployment<'a> {
    root: String,
    /// Each with the name of its application.
    routes: Vec<(&'a str, &'a Route)>,
}

/// Every pair of the tree; the one whose API the most calls reach comes first.
pub(crate) fn pairs(tree: &Tree, python: &python::Facts, webs: &[Web]) -> Vec<Paired> {
    let deployments = deployments(tree, python);
    let calls: Vec<Vec<&Call>> = webs.iter().map(calls_of).collect();
    let sides: Vec<WebSide> = webs
        .iter()
        .zip(&calls)
        .map(|(web, calls)| WebSide {
            root: folder(&web.root),
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
    let mut pairs: Vec<Paired> = pair(&sides, &apis)
        .into_iter()
        .map(|pair| {
            let deployment = &deployments[pair.api];
            let matched: Vec<(&Call, Option<&Route>)> = pair
                .calls
                .iter()
                .map(|(call, route)| {
                    (
                        calls[pair.web][*call],
                        route.map(|route| deployment.routes[route].1),
                    )
                })
                .collect();
            let observed = Observed {
                web_root: folder(&webs[pair.web].root),
                api_root: deployment.root.clone(),
                issuers: issuers(&webs[pair.web], python),
                sent: sent(&webs[pair.web], &matched),
                defaults: defaults(tree, python),
                verifiers: verifiers(tree, python, deployment, deployments.len() == 1),
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
            }
        })
        .collect();
    pairs.sort_by(|a, b| {
        let key = |paired: &Paired| std::cmp::Reverse(paired.agreement.calls);
        key(a).cmp(&key(b))
    });
    pairs
}

fn folder(root: &str) -> String {
    if root.is_empty() { "." } else { root }.to_owned()
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

fn deployed_from(tree: &Tree, api: &python::Api) -> String {
    let mut at = api.place.file.as_str();
    while let Some((parent, _)) = at.rsplit_once('/') {
        if tree.deployed.iter().any(|folder| folder == parent) {
            return parent.to_owned();
        }
        at = parent;
    }
    folder(&api.root)
}

/// The calls that reach an API; those that the program does not reach only where there are no others.
fn calls_of(web: &Web) -> Vec<&Call> {
    let all = || web.calls.iter().filter(|call| call.callee == Callee::Api);
    let reached: Vec<&Call> = all().filter(|call| call.reached).collect();
    if reached.is_empty() {
        all().collect()
    } else {
        reached
    }
}

/// The path of a call with what its base address adds.
fn whole_path(call: &Call) -> String {
    let base = call.base.literal.as_deref().unwrap_or_default();
    let base = base.split_once("://").map_or(base, |(_, rest)| {
        rest.find('/').map_or("", |slash| &rest[slash..])
    });
    format!(
        "{}/{}",
        base.trim_end_matches('/'),
        call.path.trim_start_matches('/')
    )
}

/// What the calls carry that ask for a person; what all carry where none was found to.
fn sent(web: &Web, matched: &[(&Call, Option<&Route>)]) -> Vec<Sent> {
    let asks = |route: &Route| !matches!(route.authentication, Authentication::None);
    let guarded: Vec<&Call> = matched
        .iter()
        .filter(|(_, route)| route.is_some_and(asks))
        .map(|(call, _)| *call)
        .collect();
    let unmatched: Vec<&Call> = matched
        .iter()
        .filter(|(_, route)| route.is_none())
        .map(|(call, _)| *call)
        .collect();
    let all = || matched.iter().map(|(call, _)| *call).collect();
    let carries = |calls: &[&Call]| {
        calls
            .iter()
            .any(|call| call.origin.issuer != IssuerKind::None)
    };
    // Calls to routes that ask for a credential say most; then those of which the route is not known.
    let calls: Vec<&Call> = if carries(&guarded) || (!guarded.is_empty() && unmatched.is_empty()) {
        guarded
    } else if carries(&unmatched) {
        unmatched
    } else {
        all()
    };
    let mut sent: Vec<Sent> = Vec::new();
    for call in calls {
        let origin = &call.origin;
        let certain = origin.others.is_empty();
        let foreign = foreign(web, call);
        match sent
            .iter_mut()
            .find(|known| known.issuer == origin.issuer && known.credential == call.credential)
        {
            Some(known) => {
                known.calls += 1;
                known.certain &= certain;
                known.foreign = known.foreign.take().and(foreign);
            }
            None => sent.push(Sent {
                issuer: origin.issuer,
                credential: call.credential,
                calls: 1,
                place: origin.place.clone().unwrap_or_else(|| call.wrapper.clone()),
                why: origin.why.clone(),
                certain,
                foreign,
            }),
        }
    }
    sent
}

/// Where the site is named to which the cookie of a call belongs, if that is not the API's.
///
/// Only addresses that no variable can change tell it.
fn foreign(web: &Web, call: &Call) -> Option<Place> {
    if call.credential != CredentialKind::Cookie || call.server || call.base.environment.is_some() {
        return None;
    }
    let api = site(call.base.literal.as_deref()?)?;
    let base = web.clients.first()?.base_url.as_ref()?;
    let auth = base
        .environment
        .is_none()
        .then(|| site(&base.value))
        .flatten()?;
    (auth != api).then(|| base.place.clone())
}

/// The keys that are defaults, hashed, by the place that uses them.
fn defaults(tree: &Tree, python: &python::Facts) -> Vec<(Place, u64)> {
    let literal = |place: &Place| {
        let line = usize::try_from(place.line.checked_sub(1)?).ok()?;
        let start = usize::try_from(place.column.checked_sub(1)?).ok()?;
        let width = usize::try_from(place.width).ok()?;
        let line = tree.text(&place.file)?.lines().nth(line)?;
        let text: String = line.chars().skip(start).take(width).collect();
        let text = text.trim_matches(['"', '\'']);
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        (!text.is_empty()).then(|| hasher.finish())
    };
    python
        .literal_secrets
        .iter()
        .filter_map(|secret| Some((secret.used_as_key.clone()?, literal(&secret.place)?)))
        .collect()
}

/// How the routes answer that the front end calls.
fn answers(matched: &[(&Call, Option<&Route>)], deployment: &Deployment<'_>) -> Answers {
    let mut called: Vec<&Route> = matched.iter().filter_map(|(_, route)| *route).collect();
    called.sort_by_key(|route| (&route.method, &route.path));
    called.dedup_by_key(|route| (&route.method, &route.path));
    // A login is open by its nature; one that verifies all the same says as much as any other route.
    called.retain(|route| !is_public(route) || is_verified(&route.authentication));
    let verified = |routes: &[&Route]| {
        routes
            .iter()
            .any(|route| is_verified(&route.authentication))
    };
    let missed = matched.iter().any(|(_, route)| route.is_none());
    if called.is_empty() || (missed && !verified(&called)) {
        called = deployment.routes.iter().map(|(_, route)| *route).collect();
        if called.iter().any(|route| !is_public(route)) {
            called.retain(|route| !is_public(route));
        }
    }
    count(&called)
}

fn count(routes: &[&Route]) -> Answers {
    let mut answers = Answers::default();
    for route in routes {
        match &route.authentication {
            Authentication::Required | Authentication::Conditional(_) => answers.required += 1,
            Authentication::Optional => answers.optional += 1,
            Authentication::None => {
                answers.open += 1;
                answers.at.get_or_insert_with(|| route.place.clone());
            }
            Authentication::Forgeable { place, .. } => {
                answers.forgeable += 1;
                answers.at = Some(place.clone());
            }
            Authentication::Unknown { .. } => answers.unknown += 1,
        }
    }
    answers
}

/// What makes a credential on either side.
fn issuers(web: &Web, python: &python::Facts) -> Vec<IssuerFact> {
    let mut issuers = web.issuers.clone();
    for server in &web.auth {
        let Some(jwt) = &server.jwt else { continue };
        if issuers
            .iter()
            .any(|known| known.kind == IssuerKind::BetterAuthJwt && known.place == jwt.place)
        {
            continue;
        }
        issuers.push(IssuerFact {
            kind: IssuerKind::BetterAuthJwt,
            algorithms: vec![jwt.algorithm.clone()],
            key: None,
            place: jwt.place.clone(),
            reached: server.reached,
        });
    }
    issuers.extend(python.signatures.iter().map(|signature| IssuerFact {
        kind: IssuerKind::ApiIssued,
        algorithms: Vec::new(),
        key: None,
        place: signature.place.clone(),
        reached: signature.reached,
    }));
    issuers
}

/// What verifies a credential in a deployment: what stands in its folder, or in none of another one's.
fn verifiers(
    tree: &Tree,
    python: &python::Facts,
    deployment: &Deployment<'_>,
    alone: bool,
) -> Vec<Verifier> {
    let root = &deployment.root;
    let inside = |file: &str| {
        alone
            || root == "."
            || file
                .strip_prefix(root.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
    };
    python
        .verifications
        .iter()
        .filter(|found| inside(&found.fact.place.file) && !is_aside(&found.fact.place.file))
        .map(|found| Verifier {
            fact: found.fact.clone(),
            callable: found.callable.clone(),
            switched_off: found.switched_off.clone(),
            splits_cookie: (found.fact.kind == VerifierKind::SessionLookup)
                .then(|| splits(tree, deployment, &found.fact.place.file)),
        })
        .collect()
}

/// Whether the code around a look-up takes a value apart at a dot.
fn splits(tree: &Tree, deployment: &Deployment<'_>, file: &str) -> bool {
    let guards = deployment
        .routes
        .iter()
        .flat_map(|(_, route)| &route.guards)
        .map(|guard| guard.place.file.as_str());
    let takes_apart = |text: &str| {
        [
            "split('.'",
            "split(\".\"",
            "partition('.'",
            "partition(\".\"",
        ]
        .iter()
        .any(|form| text.contains(form))
    };
    guards
        .chain([file])
        .filter_map(|file| tree.text(file))
        .any(takes_apart)
}
