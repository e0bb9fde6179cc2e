//! `[session]`: where the session itself is a credential.

use betroth_agreement::{IssuerKind, KeySource, VerifierKind};
use betroth_contract::value::{CookieName, EnvironmentName};

use super::draft::{Basis, Section, array};
use super::given::Given;
use super::setting::{is, variable};
use super::sides::Sides;

/// `None` where a token reaches the API.
pub(crate) fn section(sides: &Sides<'_>, given: &Given) -> Option<Section> {
    if sides.needs_token(given) {
        return None;
    }
    let verifier = sides.verifier();
    let looks_up = sides.looks_up();
    let found = sides.verification(verifier).map(|found| &found.fact.place);
    let sent = sides.issuer_place().cloned().map(Basis::Read);
    let guess = |why: &str| Basis::Guess(why.to_owned());
    let accept = sides.session()?;
    let basis = match sides.issuer() {
        IssuerKind::SessionCookie | IssuerKind::SessionToken => sent,
        _ => None,
    };
    let mut section = Section::new("session");
    let basis = basis.unwrap_or_else(|| guess("what the front end sends could not be told"));
    section.put("accept", array([accept.as_str()]), basis);
    let prefix = sides.auth().and_then(|auth| auth.cookie_prefix.as_ref());
    if let Some(prefix) = prefix {
        let name = format!("{}.session_token", prefix.value);
        if is::<CookieName>(&name) && !prefix.value.is_empty() && !prefix.value.contains("{}") {
            section.text("cookie", &name, Basis::Read(prefix.place.clone()));
        }
    }
    let lookup = match verifier {
        VerifierKind::RemoteSession => "get-session",
        _ => "database",
    };
    let basis = match found.filter(|_| looks_up) {
        Some(place) => Basis::Read(place.clone()),
        None => guess("the API looks no session up yet"),
    };
    section.text("lookup", lookup, basis);
    let secret = sides.auth().and_then(|auth| auth.secret.as_ref());
    if let Some([KeySource::Environment { name, .. }, ..]) =
        secret.and_then(|secret| secret.value.possible())
        && let Some(place) = secret.and_then(|secret| secret.place())
        && is::<EnvironmentName>(name)
    {
        section.put("secret", variable(name, None), Basis::Read(place.clone()));
    }
    Some(section)
}
