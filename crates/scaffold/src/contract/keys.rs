//! `[keys]`: what a signature is checked with.

use std::str::FromStr;

use betroth_agreement::{IssuerKind, Verdict, VerifierKind};
use betroth_contract::value::EnvironmentName;
use betroth_contract::{KeyForm, PublicAlgorithm, SecretAlgorithm};
use betroth_report::Place;

use super::draft::{Basis, Section, array, shown};
use super::given::Given;
use super::setting::{is, variable};
use super::sides::Sides;

/// Algorithm names with where they were read.
struct Algorithms<'a> {
    names: Vec<&'a str>,
    place: Option<&'a Place>,
}

impl Algorithms<'_> {
    fn are<T: FromStr>(&self) -> bool {
        !self.names.is_empty() && self.names.iter().all(|name| is::<T>(name))
    }

    fn or<'b>(&'b self, others: &'b Self) -> &'b Self {
        if self.names.is_empty() { others } else { self }
    }

    fn basis(&self, otherwise: &str) -> Basis {
        match self.place {
            Some(place) => Basis::Read(place.clone()),
            None => Basis::Guess(otherwise.to_owned()),
        }
    }
}

/// `None` where no token reaches the API.
pub(crate) fn section(sides: &Sides<'_>, given: &Given) -> Option<Section> {
    let (issued, verified) = (issued(sides), verified(sides));
    if sides.needs_token(given) {
        let mut section = key_set(&issued);
        let note = "not so yet: the API takes the session cookie, and a browser sends that to no other site";
        section.notes.push(note.to_owned());
        return Some(section);
    }
    let mut section = match (sides.issuer(), sides.verifier()) {
        (IssuerKind::BetterAuthJwt, _) => key_set(&issued),
        (IssuerKind::SessionToken | IssuerKind::SessionCookie, _) => return None,
        (_, VerifierKind::Jwks) if sides.key_variable(VerifierKind::Jwks).is_some() => {
            own_key(sides, &verified)
        }
        (_, VerifierKind::Jwks) => key_set(&verified),
        (IssuerKind::HandSignedJwt, _) => own_key(sides, issued.or(&verified)),
        // What a `jwt` plugin beside it signs with says nothing of the API's own tokens.
        (IssuerKind::ApiIssued, _) => own_key(sides, verified.or(&issued)),
        (_, VerifierKind::SharedSecret) => own_key(sides, &verified),
        (_, VerifierKind::SessionLookup | VerifierKind::RemoteSession) => return None,
        _ => key_set(&issued),
    };
    let refused = sides
        .agreement
        .filter(|agreement| agreement.verdict == Verdict::Refused);
    if let Some(agreement) = refused {
        let note = format!(
            "not so yet: {}; `betroth check` shows where",
            agreement.because
        );
        section.notes.push(note);
    }
    Some(section)
}

/// What the front end signs with.
fn issued<'a>(sides: &Sides<'a>) -> Algorithms<'a> {
    let summary = sides.agreement.map(|agreement| &agreement.issuer);
    if let Some(summary) = summary.filter(|summary| !summary.algorithms.is_empty()) {
        return Algorithms {
            names: summary.algorithms.iter().map(String::as_str).collect(),
            place: summary.places.first(),
        };
    }
    let plugin = sides.jwt().map(|jwt| &jwt.algorithm);
    let names = plugin.and_then(|algorithm| algorithm.value.possible());
    Algorithms {
        names: names.into_iter().flatten().map(String::as_str).collect(),
        place: plugin.and_then(|algorithm| algorithm.place()),
    }
}

/// What the API verifies with.
fn verified<'a>(sides: &Sides<'a>) -> Algorithms<'a> {
    let summary = sides.agreement.map(|agreement| &agreement.verifier);
    if let Some(summary) = summary.filter(|summary| !summary.algorithms.is_empty()) {
        return Algorithms {
            names: summary.algorithms.iter().map(String::as_str).collect(),
            place: summary.places.first(),
        };
    }
    let found = sides.verification(sides.verifier());
    let algorithms = found.into_iter().flat_map(|found| &found.fact.algorithms);
    let names = algorithms.filter_map(|algorithm| algorithm.value.possible());
    Algorithms {
        names: names.flatten().map(String::as_str).collect(),
        place: found.map(|found| &found.fact.place),
    }
}

fn key_set(algorithms: &Algorithms<'_>) -> Section {
    let mut section = Section::new("keys");
    let otherwise = "no source tells; Better Auth's `jwt` plugin publishes its keys so";
    section.text("form", KeyForm::Jwks.as_str(), algorithms.basis(otherwise));
    if algorithms.are::<PublicAlgorithm>() {
        let names = array(algorithms.names.iter().copied());
        section.put("algorithms", names, algorithms.basis(otherwise));
    } else {
        let why = "no source tells; Better Auth's `jwt` plugin signs so by default".to_owned();
        section.put("algorithms", array(["EdDSA"]), Basis::Guess(why));
    }
    section
}

/// A secret or a key pair of the project's own.
fn own_key(sides: &Sides<'_>, algorithms: &Algorithms<'_>) -> Section {
    let mut section = Section::new("keys");
    let basis = || algorithms.basis("tokens are signed by the project itself");
    let key = |usual: &str| {
        let named = sides
            .key_variable(sides.verifier())
            .filter(|(name, _)| is::<EnvironmentName>(name));
        match named {
            Some((name, place)) if name.contains(|letter: char| letter.is_ascii_uppercase()) => {
                (variable(name, None), Basis::Read(place.clone()))
            }
            // A field of pydantic's settings, which are read without regard to case.
            Some((name, place)) => (
                variable(&name.to_ascii_uppercase(), None),
                Basis::Guess(format!("the setting `{name}` is read at {}", shown(place))),
            ),
            None => (
                variable(usual, None),
                Basis::Guess("the source does not say which variable holds it".to_owned()),
            ),
        }
    };
    if algorithms.are::<PublicAlgorithm>() {
        let names = array(algorithms.names.iter().copied());
        section.text("form", KeyForm::PublicKey.as_str(), basis());
        section.put("algorithms", names, basis());
        let (value, basis) = key("BETTER_AUTH_PUBLIC_KEY");
        section.put("public_key", value, basis);
        return section;
    }
    section.text("form", KeyForm::SharedSecret.as_str(), basis());
    if algorithms.are::<SecretAlgorithm>() {
        let names = array(algorithms.names.iter().copied());
        section.put("algorithms", names, basis());
    } else {
        let why = "the usual one with a secret".to_owned();
        section.put("algorithms", array(["HS256"]), Basis::Guess(why));
    }
    let (value, basis) = key("JWT_SECRET");
    if value.contains("\"BETTER_AUTH_SECRET\"") {
        let note = "whoever holds BETTER_AUTH_SECRET can also make session cookies: a secret of its own is better";
        section.notes.push(note.to_owned());
    }
    section.put("secret", value, basis);
    section
}
