//! What makes and what verifies a credential, and how the routes answer without one.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use betroth_agreement::{
    Answers, Evidence, IssuerFact, IssuerKind, Names, Narrowed, Topic, Value, Verifier,
    VerifierKind,
};
use betroth_report::Place;
use betroth_source_python::{self as python, Authentication, Route};
use betroth_source_typescript::{BetterAuthConfig, Call, JwtOptions, Text, Web};

use super::Deployment;
use crate::Tree;
use crate::access::{is_aside, is_public, is_verified, is_within};
use crate::origin;

/// The keys that are defaults, hashed, by the place that uses them.
pub(super) fn defaults(tree: &Tree, python: &python::Facts) -> Vec<(Place, u64)> {
    let literal = |place: &Place| {
        let mut hasher = DefaultHasher::new();
        tree.quoted(place)?.hash(&mut hasher);
        Some(hasher.finish())
    };
    python
        .literal_secrets
        .iter()
        .filter_map(|secret| Some((secret.used_as_key.clone()?, literal(&secret.place)?)))
        .collect()
}

/// Options by which a Better Auth server makes its users' ids in another form.
const ID_OPTIONS: &[&str] = &["generateId", "useNumberId"];

/// Where the API makes something of the user's id that Better Auth's ids are not.
///
/// Better Auth writes 32 letters and digits (`packages/core/src/utils/id.ts`), unless an option says otherwise. A token
/// that the front end signs itself counts where its file names the user's id.
pub(super) fn narrowed(
    tree: &Tree,
    python: &python::Facts,
    deployment: &Deployment<'_>,
    web: &Web,
) -> Option<Narrowed> {
    let own_form = web.auth.iter().any(|server| {
        server
            .options
            .iter()
            .any(|it| ID_OPTIONS.iter().any(|option| it.name.ends_with(option)))
    });
    // A subject of the server's own making is no user's id.
    let own_subject = web
        .auth
        .iter()
        .filter_map(|server| server.jwt.as_ref())
        .any(|jwt| jwt.options.iter().any(|it| it.name == "jwt.getSubject"));
    let server = web.auth.first().filter(|_| !own_form && !own_subject)?;
    let by_hand = web
        .issuers
        .iter()
        .filter(|issuer| issuer.reached && issuer.kind == IssuerKind::HandSignedJwt);
    for issuer in by_hand {
        let text = tree.text(&issuer.place.file)?;
        if !text.contains("user.id") && !text.contains("user?.id") {
            return None;
        }
    }
    python
        .conversions
        .iter()
        .find(|conversion| {
            conversion.reached
                && !conversion.caught
                && !is_aside(&conversion.place.file)
                && is_within(&conversion.place.file, &deployment.root)
        })
        .map(|conversion| Narrowed {
            claim: conversion.claim.clone(),
            to: conversion.to.clone(),
            at: conversion.place.clone(),
            made: server.place.clone(),
        })
}

/// Where the calls that were read reach fewer than one in so many of the routes that are guarded, most were not seen.
const SEEN: usize = 4;

/// Whether the front end must call more of the API than was seen: then no call without a credential tells anything.
pub(super) fn barely_read(
    matched: &[(&Call, Option<&Route>)],
    deployment: &Deployment<'_>,
) -> bool {
    let reached = matched.iter().filter(|(_, route)| route.is_some()).count();
    let guarded = deployment
        .routes
        .iter()
        .filter(|(_, route)| is_verified(&route.authentication))
        .count();
    reached * SEEN < guarded
}

/// How the routes answer that the front end calls.
pub(super) fn answers(matched: &[(&Call, Option<&Route>)], deployment: &Deployment<'_>) -> Answers {
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
    let missed =
        matched.iter().any(|(_, route)| route.is_none()) || barely_read(matched, deployment);
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

/// Whether the code of a deployment may look at cookies: it, or code that belongs to no other deployment, speaks of them, or could not
/// be read. `others` are the folders of all deployments.
pub(super) fn reads_cookies(
    python: &python::Facts,
    deployment: &Deployment<'_>,
    others: &[&str],
) -> bool {
    let inside = |file: &str| {
        let mut foreign = others.iter().filter(|root| **root != deployment.root);
        is_within(file, &deployment.root) || !foreign.any(|root| is_within(file, root))
    };
    let unread = python
        .unread
        .iter()
        .map(|unread| unread.place.file.as_str());
    let readers = python.cookie_readers.iter().map(String::as_str);
    readers.chain(unread).any(inside)
}

/// What makes a credential on either side.
pub(super) fn issuers(web: &Web, python: &python::Facts) -> Vec<IssuerFact> {
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
            names: names(web, server, jwt),
            place: jwt.place.clone(),
            reached: server.reached,
        });
    }
    issuers.extend(python.signatures.iter().map(|signature| IssuerFact {
        kind: IssuerKind::ApiIssued,
        algorithms: Vec::new(),
        key: None,
        names: Names::default(),
        place: signature.place.clone(),
        reached: signature.reached,
    }));
    issuers
}

/// What Better Auth writes into `iss` and `aud`: what it is told, else the origin of `baseURL` (`plugins/jwt/sign.mjs`).
///
/// Nothing is told where one of several servers signs, or where the payload of the project's own may name others.
fn names(web: &Web, server: &BetterAuthConfig, jwt: &JwtOptions) -> Names {
    let several = web
        .auth
        .iter()
        .filter(|server| server.jwt.is_some())
        .count()
        > 1;
    let own = jwt.payload_open
        || jwt
            .payload
            .iter()
            .flatten()
            .any(|claim| matches!(claim.as_str(), "iss" | "aud"));
    if several || own {
        return Names::default();
    }
    let written = |text: &Text| {
        let whole = text.alone && text.environment.is_none() && !text.value.contains("{}");
        if whole && !text.value.is_empty() {
            Evidence::known(text.value.clone(), text.place.clone())
        } else {
            Evidence::unknown("it is not written out", text.place.clone())
        }
    };
    let base = server.base_url.as_ref().map(|text| {
        let mut evidence = written(text);
        if let Value::Known(address) = &mut evidence.value
            && let Some(origin) = origin::of(address)
        {
            *address = origin;
        }
        evidence
    });
    let name = |text: &Option<Text>| text.as_ref().map(written).or_else(|| base.clone());
    let left_out = [
        (Topic::Issuer, &jwt.issuer),
        (Topic::Audience, &jwt.audience),
    ];
    let left_out = left_out.into_iter().filter(|(_, text)| text.is_none());
    Names {
        issuer: name(&jwt.issuer),
        audience: name(&jwt.audience),
        origins: left_out.map(|(topic, _)| topic).collect(),
    }
}

/// What verifies a credential in a deployment: what stands in its folder, or in none of another one's.
pub(super) fn verifiers(
    tree: &Tree,
    python: &python::Facts,
    deployment: &Deployment<'_>,
    alone: bool,
) -> Vec<Verifier> {
    let inside = |file: &str| alone || is_within(file, &deployment.root);
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
