//! What our own guard verifies, where the contract says it: `Betroth.from_contract()`.

mod verifier;

use std::collections::BTreeSet;

use betroth_contract::{Contract, Requirement, Span};
use betroth_report::Place;
use betroth_source_python::{Authentication, Facts, GuardKind};

use crate::tree::Tree;

/// The library of a verification that the contract tells.
const BY_CONTRACT: &str = "betroth.toml";

/// Tells what the reader of Python leaves to the contract: with what a guard verifies, and which routes it lets pass.
pub(crate) fn tell(python: &mut Facts, tree: &Tree) {
    let mut fetches = BTreeSet::new();
    for found in &mut python.verifications {
        if found.fact.library.as_deref() == Some(BY_CONTRACT)
            && let Some((file, contract)) = nearest(tree, &found.fact.place.file)
        {
            verifier::tell(found, &file, &contract);
            // All that a guard does stands on one key set, which is told where it is first asked.
            if fetches.insert(file) {
                let address = verifier::key_set_address(found, &contract);
                python.key_set_addresses.extend(address);
            }
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
            let access = contract.and_then(|(_, it)| said_of(&it, &route.method, &route.path));
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
fn said_of(contract: &Contract, method: &str, path: &str) -> Option<Authentication> {
    match contract.route(method, path)?.requirement {
        Requirement::Public => Some(Authentication::None),
        Requirement::Optional => Some(Authentication::Optional),
        Requirement::Required { .. } => None,
    }
}

/// The contract of a file's folder, or of the nearest above it, with its path; `None` where there is none, or it has a mistake.
fn nearest(tree: &Tree, file: &str) -> Option<(String, Contract)> {
    let mut folder = file.to_owned();
    loop {
        folder.truncate(folder.rfind('/').unwrap_or_default());
        for name in ["betroth.toml", "betroth.lock.toml"] {
            let path = match folder.as_str() {
                "" => name.to_owned(),
                folder => format!("{folder}/{name}"),
            };
            if let Some(text) = tree.contracts.get(&path) {
                let contract = Contract::parse(text, &path).ok()?;
                return Some((path, contract));
            }
        }
        if folder.is_empty() {
            return None;
        }
    }
}

/// Where something of a contract stands; the beginning of its file where it is not written.
pub(crate) fn written_at(file: &str, span: Option<Span>) -> Place {
    match span {
        Some(span) => Place {
            width: span.width,
            ..Place::new(file, span.line, span.column)
        },
        None => Place::new(file, 1, 1),
    }
}
