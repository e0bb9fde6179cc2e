//! With what our guard verifies, and what a token must hold for it.

use betroth_agreement::{Evidence, KeySource, Names, Topic, VerifierKind};
use betroth_contract::value::ClaimPath;
use betroth_contract::{Contract, Entry, Keys, OwnedBy, Requirement, Setting, Span};
use betroth_report::Place;
use betroth_source_python::{KeySetAddress, NeededClaim, Verification};

use super::written_at;
use crate::origin;

/// Tells it of a verification that leaves it to the contract, which stands in `file`.
pub(super) fn tell(found: &mut Verification, file: &str, contract: &Contract) {
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
    fact.names = names(contract, &place);
    found.needed_claims.extend(needed_claims(contract, file));
}

/// From where our guard fetches keys, as far as the contract writes it out.
pub(super) fn key_set_address(found: &Verification, contract: &Contract) -> Option<KeySetAddress> {
    let Keys::Jwks { .. } = &contract.keys else {
        return None;
    };
    let issuer = &contract.issuer;
    let path = match issuer.jwks_url.clone().written().as_deref() {
        Some(Setting::Literal(url)) => url.path().to_owned(),
        Some(Setting::Environment { .. }) => return None,
        None => {
            let base = match &*issuer.base_url {
                Setting::Literal(url) if !matches!(url.path(), "" | "/") => url.path(),
                _ => issuer.base_path.as_str(),
            };
            format!("{}/jwks", base.trim_end_matches('/'))
        }
    };
    Some(KeySetAddress {
        path,
        defaulted: false,
        place: found.fact.place.clone(),
    })
}

/// The issuer and the audience that a token must name: by default the origin of the issuer's address.
fn names(contract: &Contract, place: &Place) -> Names {
    let known = |text: &str| Some(Evidence::known(text.to_owned(), place.clone()));
    let mut names = Names::default();
    match contract.issuer.iss.clone().written().as_deref() {
        Some(Setting::Literal(iss)) => names.issuer = known(iss.as_str()),
        Some(Setting::Environment { .. }) => {}
        None => {
            names.origins.push(Topic::Issuer);
            if let Setting::Literal(url) = &*contract.issuer.base_url {
                names.issuer = origin::of(url.as_str()).as_deref().and_then(known);
            }
        }
    }
    let mut own = contract.apis.iter();
    let audience = match (own.next(), own.next()) {
        (Some((_, api)), None) => api.audience.clone().written(),
        // Which of several APIs a guard is for, no source tells.
        (Some(_), Some(_)) => return names,
        (None, _) => None,
    };
    match audience
        .or_else(|| contract.token.audience.clone().written())
        .as_deref()
    {
        Some(Setting::Literal(audience)) => names.audience = known(audience.as_str()),
        Some(Setting::Environment { .. }) => {}
        None => {
            names.audience.clone_from(&names.issuer);
            if names.origins.contains(&Topic::Issuer) {
                names.origins.push(Topic::Audience);
            }
        }
    }
    names
}

/// The claims without which a token is refused everywhere, or wherever the contract asks for a role or an organization.
fn needed_claims(contract: &Contract, file: &str) -> Vec<NeededClaim> {
    let needed = |claim: &ClaimPath, span: Option<Span>| NeededClaim {
        name: claim.steps().next().unwrap_or_default().to_owned(),
        place: written_at(file, span),
    };
    let required = &contract.token.required;
    let mut claims: Vec<NeededClaim> = required
        .iter()
        .map(|claim| needed(claim, required.span()))
        .collect();
    let asks_for_role = |route: &&Entry<betroth_contract::Route>| matches!(&route.requirement, Requirement::Required { roles, .. } if !roles.is_empty());
    if let Some(route) = contract.routes.iter().find(asks_for_role) {
        claims.push(needed(&contract.claims.roles, route.span()));
    }
    let mut owners = contract.owners.iter();
    if let Some(owner) = owners.find(|owner| *owner.by == OwnedBy::Organization) {
        claims.push(needed(&contract.claims.organization, owner.by.span()));
    }
    claims
}
