//! What the calls of a front end carry.

use betroth_agreement::{CredentialKind, IssuerKind, Sent};
use betroth_report::Place;
use betroth_source_python::{Authentication, Route};
use betroth_source_typescript::{Call, Callee, Web};

use crate::Tree;
use crate::access::is_aside;
use crate::site::site;
use crate::tree::is_web;

/// The calls that reach an API; those that the program does not reach only where there are no others.
pub(super) fn calls_of(web: &Web) -> Vec<&Call> {
    let all = || web.calls.iter().filter(|call| call.callee == Callee::Api);
    let reached: Vec<&Call> = all().filter(|call| call.reached).collect();
    if reached.is_empty() {
        all().collect()
    } else {
        reached
    }
}

/// The path of a call with what its base address adds.
pub(crate) fn whole_path(call: &Call) -> String {
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
pub(super) fn sent(web: &Web, matched: &[(&Call, Option<&Route>)]) -> Vec<Sent> {
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
                for other in &origin.others {
                    if !known.others.contains(other) {
                        known.others.push(*other);
                    }
                }
                known.foreign = known.foreign.take().and(foreign);
            }
            None => sent.push(Sent {
                issuer: origin.issuer,
                credential: call.credential,
                calls: 1,
                place: origin.place.clone().unwrap_or_else(|| call.wrapper.clone()),
                why: origin.why.clone(),
                certain,
                others: origin.others.clone(),
                foreign,
            }),
        }
    }
    sent
}

/// Takes the cookies of calls to an API that reads none for nothing.
///
/// Where other calls carry what may be read, these are an oversight of their own, and not what the front end sends.
pub(super) fn unread_cookies(sent: &mut Vec<Sent>) {
    for sent in sent.iter_mut() {
        if sent.credential == CredentialKind::Cookie {
            sent.issuer = IssuerKind::None;
            sent.foreign = None;
            "the API reads no cookie".clone_into(&mut sent.why);
        }
    }
    if sent.iter().any(|sent| sent.issuer != IssuerKind::None) {
        sent.retain(|sent| sent.credential != CredentialKind::Cookie);
    }
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

/// Takes "nothing is sent" for "not told" where a file of the front end names a header or an option that sends something.
pub(super) fn doubted(tree: &Tree, web: &Web, mut sent: Vec<Sent>) -> Vec<Sent> {
    let nothing = sent
        .iter()
        .all(|sent| sent.credential == CredentialKind::None);
    let inside = |path: &str| web.root.is_empty() || path.starts_with(&format!("{}/", web.root));
    let named = || {
        tree.files
            .iter()
            .filter(|(path, _)| is_web(path) && !is_aside(path) && inside(path))
            .any(|(_, text)| {
                ["Authorization", "authorization", "withCredentials"]
                    .iter()
                    .any(|word| text.contains(word))
            })
    };
    if nothing && named() {
        for sent in &mut sent {
            sent.issuer = IssuerKind::Unknown;
            sent.credential = CredentialKind::BearerUnknown;
            "no credential was found on the calls, though the front end names a header for one"
                .clone_into(&mut sent.why);
            sent.certain = false;
        }
    }
    sent
}
