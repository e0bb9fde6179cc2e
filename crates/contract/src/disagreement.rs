//! What no single key can tell: keys that are good each by itself, and not together.

use crate::error::{ContractError, ErrorKind, Fault};
use crate::wording::{listed, nearest};
use crate::{Contract, Entry, Route};

/// Every disagreement of a contract with itself.
pub(crate) fn all(contract: &Contract) -> Vec<ContractError> {
    let mut errors = token(contract);
    errors.extend(
        contract
            .routes
            .iter()
            .filter_map(|route| api_of(route, contract)),
    );
    errors.extend(twice(&contract.routes));
    errors
}

fn token(contract: &Contract) -> Vec<ContractError> {
    let token = &contract.token;
    let mut errors = Vec::new();
    if !token.required.iter().any(|claim| claim.as_str() == "exp") {
        let fault = Fault::new(
            "leaves out `exp`",
            "a token without it opens the API for ever, also to who stole it",
            "add `\"exp\"`",
        );
        errors.push(error(ErrorKind::InvalidValue, &token.required, fault));
    }
    if token.types.is_empty() {
        let fault = Fault::new(
            "names no `typ`",
            "every token would be refused",
            "write `types = [\"\", \"JWT\"]`; the empty text stands for a token without `typ`",
        );
        errors.push(error(ErrorKind::InvalidValue, &token.types, fault));
    }
    if let Some(max_age) = token.max_age.filter(|&max_age| max_age < *token.lifetime) {
        let fault = Fault::new(
            format!(
                "is `{max_age}`, shorter than `token.lifetime`, `{}`",
                *token.lifetime
            ),
            "tokens just issued would be refused",
            format!(
                "write at least `max_age = \"{}\"`, or a shorter `lifetime`",
                *token.lifetime
            ),
        );
        let error = error(ErrorKind::Contradiction, &token.max_age, fault);
        errors.push(error.related(token.lifetime.span(), "the lifetime"));
    }
    errors
}

/// A route of no API, or of one among several that it does not name.
fn api_of(route: &Entry<Route>, contract: &Contract) -> Option<ContractError> {
    let names: Vec<_> = contract.apis.iter().map(|(name, _)| name).collect();
    match &*route.api {
        Some(name) if names.contains(&name.as_str()) => None,
        Some(name) => {
            let help = match nearest(name.as_str(), &names) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if names.is_empty() => format!("add `[api.{name}]`"),
                None => format!("write one of {}", listed(&names)),
            };
            let fault = Fault::new(format!("is `{name}`, and there is no such API"), "", help);
            Some(error(ErrorKind::Contradiction, &route.api, fault))
        }
        None if names.len() > 1 => {
            let help = format!("add `api` with one of {}", listed(&names));
            let fault = Fault::new("is missing where there are several APIs", "", help);
            let (key, span) = (route.api.key(), route.span());
            Some(ContractError::new(ErrorKind::MissingKey, key, span, fault))
        }
        None => None,
    }
}

/// Routes of which one request could be meant by two.
fn twice(routes: &[Entry<Route>]) -> Vec<ContractError> {
    let mut sorted: Vec<_> = routes.iter().collect();
    // Stable, so that of two that are alike the later in the text is the second.
    sorted.sort_by(|one, other| one.path.cmp(&other.path));
    let alike = sorted.chunk_by(|one, other| *one.path == *other.path);
    let pairs = alike.filter_map(|routes| {
        routes.iter().enumerate().find_map(|(index, second)| {
            let first = routes[..index]
                .iter()
                .find(|first| first.overlaps(second))?;
            Some((*first, *second))
        })
    });
    pairs
        .map(|(first, second)| {
            let fault = Fault::new(
                format!("is `{}` a second time for the same method", *second.path),
                "which of them counts would depend on who reads",
                "keep one, or give each its own `methods`",
            );
            let error = error(ErrorKind::Contradiction, &second.path, fault);
            error.related(first.path.span(), "the first")
        })
        .collect()
}

fn error<T>(kind: ErrorKind, entry: &Entry<T>, fault: Fault) -> ContractError {
    ContractError::new(kind, entry.key(), entry.span(), fault)
}
