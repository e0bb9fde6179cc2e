//! `[web]`: the front end.

use betroth_agreement::IssuerKind;
use betroth_contract::Framework as Word;
use betroth_contract::value::{Folder, HeaderName, HeaderValue, Origin};
use betroth_report::Place;
use betroth_source_typescript::Framework;
use toml_edit::InlineTable;

use super::draft::{Basis, Section};
use super::given::{Domains, Given};
use super::issuer::origin_list;
use super::proposal;
use super::setting::is;
use super::sides::Sides;

pub(crate) fn section(sides: &Sides<'_>, given: &Given) -> Option<Section> {
    let web = sides.web?;
    let mut section = Section::new("web");
    section
        .notes
        .extend(given.domains.map(|domains| follows(sides, given, domains)));
    let manifest = match web.root.as_str() {
        "" => "package.json".to_owned(),
        root => format!("{root}/package.json"),
    };
    let read = Basis::Read(Place::new(manifest, 1, 1));
    if is::<Folder>(sides.web_root) {
        section.text("root", sides.web_root, read.clone());
    }
    section.text("framework", framework(web.framework).as_str(), read);
    let (origins, basis) = origins(sides, given);
    let value = format!("{{ env = \"WEB_ORIGINS\", development = {origins} }}");
    section.put("origins", value, basis);
    let by_cookie = matches!(sides.issuer(), IssuerKind::SessionCookie | IssuerKind::None);
    if !by_cookie || sides.needs_token(given) || given.transport.is_some() {
        let transport = proposal::transport(sides).settled(given.transport);
        if let Some((transport, basis)) = transport {
            section.text("transport", transport.as_str(), basis);
        }
    }
    if !given.headers.is_empty() {
        section.put("headers", headers(&given.headers), Basis::Given);
    }
    Some(section)
}

/// What follows for cookies and CORS from where the two sides stand.
fn follows(sides: &Sides<'_>, given: &Given, domains: Domains) -> String {
    let what = match domains {
        Domains::Two => {
            "two domains: no cookie of the front end reaches the API, whatever CORS allows; each call carries the token, none carries cookies"
        }
        Domains::One if sides.takes_token(given) => {
            "one domain: calls carry the token and no cookies, so that one credential decides; CORS names the origins all the same"
        }
        Domains::One => {
            "one domain: calls say `credentials: \"include\"`, and CORS allows that to these origins alone; an API on a host of its own needs \
             `advanced.crossSubDomainCookies` of Better Auth"
        }
    };
    what.to_owned()
}

/// Those of this machine; what is served elsewhere stands below `[deployment.production]`.
fn origins(sides: &Sides<'_>, given: &Given) -> (String, Basis) {
    let own = given.origins.iter().filter(|it| it.is_loopback());
    let own: Vec<Origin> = own.cloned().collect();
    let proposed = proposal::development_origins(sides);
    if own.is_empty() {
        return (origin_list(&proposed.value), proposed.basis);
    }
    let list = origin_list(&own);
    (list, proposed.basis_of(&own))
}

fn headers(headers: &[(HeaderName, HeaderValue)]) -> String {
    let headers = headers.iter();
    let table: InlineTable = headers
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    table.to_string()
}

fn framework(framework: Framework) -> Word {
    match framework {
        Framework::Next => Word::Next,
        Framework::CreateReactApp | Framework::React => Word::React,
        _ => Word::Other,
    }
}
