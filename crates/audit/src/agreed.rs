//! What our own guard verifies, where the contract says it: `Betroth.from_contract()`.

mod verifier;

use std::collections::BTreeSet;

use betroth_contract::{Contract, Requirement, Span};
use betroth_report::Place;
use betroth_source_python::{Authentication, Facts, Guard, GuardKind, Route};

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
    for route in python.apis.iter_mut().flat_map(|api| &mut api.routes) {
        let Some(gate) = route.guards.iter().find(|guard| is_gate(guard)) else {
            continue;
        };
        let contract = nearest(tree, &gate.place.file);
        let requirement = contract.and_then(|(_, it)| {
            let said = it.route(&route.method, &route.path)?;
            Some(said.requirement.clone())
        });
        if let Some(authentication) = requirement.and_then(|it| opened(route, &it)) {
            route.authentication = authentication;
        }
    }
}

fn is_gate(guard: &Guard) -> bool {
    guard.kind == GuardKind::Middleware && guard.name == "protect"
}

/// The answer of a route whose gate the contract opens; `None` where the gate stays shut, and where another guard refuses.
///
/// What only looks at a credential, for a limit or a log, refuses nobody, and the route is as open as the contract says.
fn opened(route: &Route, requirement: &Requirement) -> Option<Authentication> {
    let mut said = match requirement {
        Requirement::Public => Authentication::None,
        Requirement::Optional => Authentication::Optional,
        Requirement::Required { .. } => return None,
    };
    for guard in route.guards.iter().filter(|guard| !is_gate(guard)) {
        if guard.refuses {
            return None;
        }
        // What a middleware knows of the caller is nothing to a route that does not ask for it.
        let tells = guard.kind != GuardKind::Middleware
            || matches!(guard.authentication, Authentication::Unknown { .. });
        if tells && said == Authentication::None {
            said = guard.authentication.clone();
        }
    }
    // What no token has to be shown for, everybody can claim.
    Some(match &route.claimed_identity {
        Some(identity) => Authentication::Forgeable {
            what: identity.what.clone(),
            place: identity.place.clone(),
        },
        None => said,
    })
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
