//! What our own guard verifies, where the contract says it: `Betroth.from_contract()`.

use betroth_agreement::{Evidence, KeySource, VerifierKind};
use betroth_contract::{Contract, Entry, Keys, Requirement, Route};
use betroth_source_python::{Authentication, Facts, GuardKind, Verification};

use crate::tree::Tree;

/// The library of a verification that the contract tells.
const BY_CONTRACT: &str = "betroth.toml";

/// Tells what the reader of Python leaves to the contract: with what a guard verifies, and which routes it lets pass.
pub(crate) fn tell(python: &mut Facts, tree: &Tree) {
    for found in &mut python.verifications {
        if found.fact.library.as_deref() == Some(BY_CONTRACT)
            && let Some(contract) = nearest(tree, &found.fact.place.file)
        {
            verified_with(found, &contract);
        }
    }
    for api in &mut python.apis {
        let is_gate =
            |kind: GuardKind, name: &str| kind == GuardKind::Middleware && name == "protect";
        for route in &mut api.routes {
            let mut guards = route.guards.iter();
            let Some(gate) = guards.find(|guard| is_gate(guard.kind, &guard.name)) else {
                continue;
            };
            let contract = nearest(tree, &gate.place.file);
            let access = contract.and_then(|it| said_of(&it.routes, &route.method, &route.path));
            // What another guard asks stays.
            if route.guards.len() > 1 {
                continue;
            }
            if let Some(authentication) = access {
                route.authentication = authentication;
            }
        }
    }
}

/// What the contract says of a route, where it lets pass whoever shows no credential.
fn said_of(routes: &[Entry<Route>], method: &str, path: &str) -> Option<Authentication> {
    let mut routes = routes.iter().filter(|route| route.path.as_str() == path);
    let route = routes.find(|route| {
        route.methods.is_empty() || route.methods.iter().any(|own| own.as_str() == method)
    })?;
    match route.requirement {
        Requirement::Public => Some(Authentication::None),
        Requirement::Optional => Some(Authentication::Optional),
        Requirement::Required { .. } => None,
    }
}

fn verified_with(found: &mut Verification, contract: &Contract) {
    let fact = &mut found.fact;
    let place = fact.place.clone();
    let evidence = |name: &str| Evidence::known(name.to_owned(), place.clone());
    fact.library = Some("betroth".to_owned());
    fact.kind = match &contract.keys {
        Keys::Jwks { .. } | Keys::PublicKey { .. } => VerifierKind::Jwks,
        Keys::SharedSecret { .. } => VerifierKind::SharedSecret,
    };
    let algorithms = contract.keys.algorithms();
    fact.algorithms = algorithms.iter().map(|it| evidence(it.as_str())).collect();
    if let Keys::SharedSecret { secret, .. } = &contract.keys {
        let name = secret.names().first();
        fact.key = name.map(|name| {
            let name = name.as_str().to_owned();
            let defaulted = false;
            Evidence::known(KeySource::Environment { name, defaulted }, place.clone())
        });
    }
}

/// The contract of a file's folder, or of the nearest above it; `None` where there is none, or it has a mistake.
fn nearest(tree: &Tree, file: &str) -> Option<Contract> {
    let mut folder = file.to_owned();
    loop {
        folder.truncate(folder.rfind('/').unwrap_or_default());
        for name in ["betroth.toml", "betroth.lock.toml"] {
            let path = match folder.as_str() {
                "" => name.to_owned(),
                folder => format!("{folder}/{name}"),
            };
            if let Some(text) = tree.contracts.get(&path) {
                return Contract::parse(text, &path).ok();
            }
        }
        if folder.is_empty() {
            return None;
        }
    }
}
