//! `[token]` and `[claims]`: what the `jwt` plugin is told to write.

use betroth_contract::value::{ClaimPath, Duration};

use super::draft::{Basis, Section};
use super::setting::{identifier, is};
use super::sides::{Given, Sides};

pub(crate) fn section(sides: &Sides<'_>, given: &Given) -> Option<Section> {
    let mut section = Section::new("token");
    let written = sides.jwt().and_then(|jwt| jwt.audience.as_ref());
    if let Some(audience) = &given.audience {
        section.text("audience", audience.as_str(), Basis::Given);
    } else if let Some((value, basis)) = written.and_then(identifier) {
        section.put("audience", value, basis);
    }
    let lifetime = sides.jwt().and_then(|jwt| jwt.expiration.as_ref());
    if let Some(lifetime) = lifetime.filter(|lifetime| is::<Duration>(&lifetime.value)) {
        let place = lifetime.place.clone();
        section.text("lifetime", &lifetime.value, Basis::Read(place));
    }
    section.unless_empty()
}

/// Names under which a fact is written besides the contract's own default.
const CLAIMS: &[(&str, &[&str])] = &[
    ("email", &["email"]),
    ("name", &["name"]),
    ("roles", &["role", "roles"]),
    ("permissions", &["permissions"]),
    ("scopes", &["scope", "scopes"]),
    (
        "organization",
        &["activeOrganizationId", "organizationId", "orgId", "org_id"],
    ),
    ("session", &["sid", "sessionId", "session_id"]),
];

/// Where the facts stand, if the plugin's payload is written out.
pub(crate) fn claims(sides: &Sides<'_>) -> Option<Section> {
    let jwt = sides.jwt()?;
    let payload = jwt.payload.as_ref()?;
    let mut section = Section::new("claims");
    for (key, names) in CLAIMS {
        let written = names
            .iter()
            .find(|name| payload.iter().any(|claim| claim == *name));
        if let Some(name) = written.filter(|name| is::<ClaimPath>(name)) {
            section.text(key, name, Basis::Read(jwt.place.clone()));
        }
    }
    section.unless_empty()
}
