//! `[issuer]`, and what it is in production.

use betroth_agreement::{IssuerKind, VerifierKind};
use betroth_contract::value::{Origin, Url, UrlPath};
use betroth_report::Place;

use super::draft::{Basis, Section, array, quoted, shown};
use super::given::Given;
use super::proposal;
use super::setting::{Address, identifier, is, variable};
use super::sides::Sides;

/// Where `next dev` answers.
pub(crate) const LOCAL: &str = "http://localhost:3000";

pub(crate) fn section(sides: &Sides<'_>) -> Section {
    let mut section = Section::new("issuer");
    let (kind, basis) = kind(sides);
    section.text("kind", kind, basis);
    let (base_url, basis) = base_url(sides);
    section.put("base_url", base_url, basis);
    let base_path = sides.auth().and_then(|auth| auth.base_path.as_ref());
    if let Some(path) = base_path.filter(|path| is::<UrlPath>(&path.value) && path.value != "/") {
        let place = path.place.clone();
        section.text("base_path", &path.value, Basis::Read(place));
    }
    let iss = sides.jwt().and_then(|jwt| jwt.issuer.as_ref());
    if let Some((value, basis)) = iss.and_then(identifier) {
        section.put("iss", value, basis);
    }
    if let Some((value, basis)) = jwks_url(sides) {
        section.put("jwks_url", value, basis);
    }
    if let Some((path, place)) = token_endpoint(sides) {
        section.text("token_endpoint", &path, Basis::Read(place.clone()));
    }
    section
}

/// The route of the front end's own that signs the tokens, unless it is the usual one.
fn token_endpoint<'a>(sides: &Sides<'a>) -> Option<(String, &'a Place)> {
    let place = sides
        .issuer_place()
        .filter(|_| sides.issuer() == IssuerKind::HandSignedJwt)?;
    let root = sides.web?.root.as_str();
    let inside = place.file.strip_prefix(root)?.trim_start_matches('/');
    let inside = inside.strip_prefix("src/").unwrap_or(inside);
    let (path, _) = inside.strip_prefix("app")?.rsplit_once("/route.")?;
    let known = is::<UrlPath>(path) && !path.contains(['[', '(', '@']) && path != "/api/auth/jwt";
    known.then(|| (path.to_owned(), place))
}

fn kind(sides: &Sides<'_>) -> (&'static str, Basis) {
    let auth = sides.auth().map(|auth| &auth.place);
    let client = sides.web.and_then(|web| web.clients.first());
    let better_auth = auth.or(client.map(|client| &client.place));
    match sides.issuer() {
        IssuerKind::HandSignedJwt | IssuerKind::ApiIssued => {
            let basis = match sides.issuer_place() {
                Some(place) => Basis::Read(place.clone()),
                None => Basis::Guess("tokens are signed by the project itself".to_owned()),
            };
            ("other", basis)
        }
        _ => match better_auth {
            Some(place) => ("better-auth", Basis::Read(place.clone())),
            None if sides.verifier() == VerifierKind::Jwks => (
                "oidc",
                Basis::Guess("the API takes a key set, and no Better Auth was found".to_owned()),
            ),
            None => ("other", Basis::Guess("no Better Auth was found".to_owned())),
        },
    }
}

fn base_url(sides: &Sides<'_>) -> (String, Basis) {
    if sides.issuer() == IssuerKind::ApiIssued
        && let Some((value, _)) = super::api::url(sides)
    {
        let why = "the API hands out tokens itself".to_owned();
        return (value, Basis::Guess(why));
    }
    let server = sides.auth().and_then(|auth| auth.base_url.as_ref());
    let clients = sides.web.into_iter().flat_map(|web| &web.clients);
    let clients = clients.filter_map(|client| client.base_url.as_ref());
    let usual = "BETTER_AUTH_URL";
    server
        .into_iter()
        .chain(clients)
        .find_map(|text| Address::of(text).setting(usual, LOCAL))
        .unwrap_or_else(|| {
            let why = match sides.auth() {
                Some(_) => "no source names it; Better Auth reads this variable by itself",
                None => "no source names it",
            };
            let value = variable(usual, Some(LOCAL));
            (value, Basis::Guess(why.to_owned()))
        })
}

fn jwks_url(sides: &Sides<'_>) -> Option<(String, Basis)> {
    let path = sides.jwt()?.jwks_path.as_ref()?;
    let known = is::<UrlPath>(&path.value) && !matches!(path.value.as_str(), "/" | "/jwks");
    known.then(|| {
        let url = format!("{}{}{}", local(sides), base_path(sides), path.value);
        let why = format!("`jwksPath` is set at {}", shown(&path.place));
        let value = variable("BETTER_AUTH_JWKS_URL", Some(&url));
        (value, Basis::Guess(why))
    })
}

/// Where Better Auth answers in development.
fn local(sides: &Sides<'_>) -> String {
    let base = sides.auth().and_then(|auth| auth.base_url.as_ref());
    let local = base.and_then(|text| Address::of(text).development());
    local.map_or_else(|| LOCAL.to_owned(), |url| url.origin().to_string())
}

fn base_path<'a>(sides: &Sides<'a>) -> &'a str {
    let path = sides.auth().and_then(|auth| auth.base_path.as_ref());
    path.map(|path| path.value.as_str())
        .filter(|path| is::<UrlPath>(path) && *path != "/")
        .unwrap_or("/api/auth")
}

/// `[deployment.production]`: the addresses, which stand in no source.
pub(crate) fn production(sides: &Sides<'_>, given: &Given) -> Option<Section> {
    let mut section = Section::new("deployment.production");
    let mut address = |key, given: Option<&str>, example: &str, what: &str| match given {
        Some(url) => section.text(key, url, Basis::Given),
        None => section.text(key, example, Basis::Open(what.to_owned())),
    };
    let issuer = given.issuer.as_ref().map(Url::as_str);
    let api = given.api_url.as_ref().map(Url::as_str);
    address(
        "issuer.base_url",
        issuer,
        "https://app.example.com",
        "where the issuer is, as a browser sees it",
    );
    if sides.api.is_some() {
        let what = "where the front end reaches the API";
        address("api.url", api, "https://api.example.com", what);
    }
    let known: Vec<Origin> = given
        .origins
        .iter()
        .filter(|it| !it.is_loopback())
        .cloned()
        .collect();
    let proposed = proposal::production_origins(sides, given);
    let settled = match proposed {
        _ if sides.web.is_none() => None,
        Some(proposed) if known.is_empty() => Some((proposed.value, proposed.basis)),
        Some(proposed) => {
            let basis = proposed.basis_of(&known);
            Some((known, basis))
        }
        None if known.is_empty() => None,
        None => Some((known, Basis::Given)),
    };
    if let Some((origins, basis)) = settled {
        section.put("web.origins", origin_list(&origins), basis);
    } else if sides.web.is_some() {
        let why = "where the pages of the front end are served".to_owned();
        let example = format!("[{}]", quoted("https://app.example.com"));
        section.put("web.origins", example, Basis::Open(why));
    }
    section.unless_empty()
}

/// Origins as a TOML array.
pub(crate) fn origin_list(origins: &[Origin]) -> String {
    array(origins.iter().map(Origin::as_str))
}
