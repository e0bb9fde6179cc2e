//! `[token]` and `[claims]`: what a token holds, as the `jwt` plugin is told or a person says.

use super::draft::{Basis, Section};
use super::given::Given;
use super::proposal;
use super::setting::identifier;
use super::sides::Sides;

pub(crate) fn section(sides: &Sides<'_>, given: &Given) -> Option<Section> {
    let mut section = Section::new("token");
    let written = sides.jwt().and_then(|jwt| jwt.audience.as_ref());
    if let Some(audience) = &given.audience {
        section.text("audience", audience.as_str(), Basis::Given);
    } else if let Some((value, basis)) = written.and_then(identifier) {
        section.put("audience", value, basis);
    }
    if let Some((lifetime, basis)) = proposal::lifetime(sides).settled(given.lifetime) {
        section.text("lifetime", &lifetime.to_string(), basis);
    }
    section.unless_empty()
}

/// Names under which a fact is written besides the contract's own default.
const CLAIMS: &[(&str, &[&str])] = &[
    ("email", &["email"]),
    ("name", &["name"]),
    ("roles", proposal::ROLES),
    ("permissions", proposal::PERMISSIONS),
    ("scopes", &["scope", "scopes"]),
    (
        "organization",
        &["activeOrganizationId", "organizationId", "orgId", "org_id"],
    ),
    ("session", &["sid", "sessionId", "session_id"]),
];

/// Where the facts stand: as was given, and as the plugin's payload is written out.
pub(crate) fn claims(sides: &Sides<'_>, given: &Given) -> Option<Section> {
    let mut section = Section::new("claims");
    for (key, names) in CLAIMS {
        let given = match *key {
            "roles" => given.roles.clone(),
            "permissions" => given.permissions.clone(),
            _ => None,
        };
        let claim = proposal::claim(sides, names, "").and_then(|it| it.settled(given));
        if let Some((claim, basis)) = claim {
            section.text(key, claim.as_str(), basis);
        }
    }
    section.unless_empty()
}
