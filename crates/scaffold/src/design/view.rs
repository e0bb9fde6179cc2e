//! Everything that the templates name.

mod api;
mod keys;
mod session;
pub(super) mod token;

use betroth_contract::{Access, Contract, Docs, IssuerKind, KeyForm, OwnedBy, Transport};
use betroth_source_typescript::BetterAuthConfig;
use minijinja::value::Serde;
use minijinja::{Value, context};

use crate::project::WebSide;

use super::claim::{self, Basis};
use super::markdown::{code, listed};
use super::said::{Said, Values};
use super::sequence::{Script, Sequence};
use super::{Subject, choice, library, open, standard};

/// The values of a document, and the sequence that its page draws.
pub(super) fn of(subject: &Subject<'_>) -> (Value, Sequence) {
    let project = subject.project;
    let contract = project.contract;
    let values = Values::new(contract, subject.deployment.is_some());
    let is_better_auth = *contract.issuer.kind == IssuerKind::BetterAuth;
    let issuer_name = if is_better_auth {
        "Better Auth"
    } else {
        "the issuer"
    };
    let transport = contract.web.as_ref().map(|web| *web.transport);
    let (iss, jwks_url) = (values.iss(), values.jwks_url());
    let (token_endpoint, issuer_url) = (values.token_endpoint(), values.issuer_url());
    let get_session = values.get_session();
    let first = contract.apis.iter().next().map(|(_, api)| api);
    let audience = values.audience(first.map(|api| &**api));
    let server = project.web.as_ref().and_then(WebSide::auth);
    let jwt = server.and_then(|server| server.jwt.as_ref());
    let basis = Basis {
        contract,
        jwt,
        iss: &iss,
        audience: &audience,
    };
    let claims = basis.claims();
    let script = Script {
        contract,
        issuer: if is_better_auth {
            "Better Auth"
        } else {
            "Issuer"
        },
        token_endpoint: &token_endpoint,
        jwks_url: &jwks_url,
        get_session: &get_session,
        transport: transport.unwrap_or(Transport::Token),
    };
    let sequence = script.sequence();
    let mut number = 0;
    let parts: Vec<Value> = sequence
        .parts()
        .into_iter()
        .map(|part| {
            let steps: Vec<Value> = part
                .steps
                .into_iter()
                .map(|step| {
                    number += 1;
                    context! { number, who => step.who, says => step.says }
                })
                .collect();
            context! { title => part.title, steps }
        })
        .collect();
    let leeway = contract.token.leeway.seconds();
    let lifetime = contract.token.lifetime.seconds();
    let required: Vec<String> = contract
        .token
        .required
        .iter()
        .map(|path| code(path.as_str()))
        .collect();
    let algorithms = contract.keys.algorithms();
    let names: Vec<&str> = algorithms.iter().map(|it| it.as_str()).collect();
    let several = contract.apis.iter().len() > 1;
    let middle = match transport {
        Some(Transport::Proxy) => Some("the route handler of the front end"),
        Some(Transport::Gateway) => Some("the gateway"),
        Some(Transport::Token) | None => None,
    };
    let owned_by = |by| contract.owners.iter().any(|owner| *owner.by == by);
    let defaults = || contract.apis.iter().map(|(_, api)| *api.default);
    let view = context! {
        contract => context! {
            file => code(contract.file()),
            plain => contract.file(),
            deployment => subject.deployment,
        },
        sample_variable => sample_variable(contract),
        issuer_name,
        better_auth => is_better_auth,
        transport => transport.map_or("none", Transport::as_str),
        middle,
        token_place => token_place(contract, &token_endpoint),
        token_place_text => token_place_text(contract, &token_endpoint),
        iss_http => iss.sample.starts_with("https:"),
        iss, jwks_url, token_endpoint,
        issuer_url => issuer_url.clone(),
        origins => values.origins(),
        algorithms => context! { text => one_of(&names), names },
        foreign_algorithm => if contract.keys.form() == KeyForm::SharedSecret { "RS256" } else { "HS256" },
        keys => keys::keys(contract, &values),
        lifetime => context! { text => contract.token.lifetime.to_string(), seconds => lifetime },
        leeway,
        plus_leeway => if leeway > 0 { format!(" + {leeway}") } else { String::new() },
        early => early(lifetime),
        window => lifetime + leeway,
        just_inside => leeway / 2,
        just_outside => leeway + 5,
        max_age => contract.token.max_age.map(|it| context! { seconds => it.seconds() }),
        types => token::types(contract),
        claims => claims.clone(),
        claim_names => claim_names(contract),
        required => context! { text => listed(&required, "and"), several => required.len() > 1 },
        subject_required => required.contains(&code(contract.claims.subject.as_str())),
        header_sample => token::header_sample(contract),
        payload_sample => token::pretty(&claim::payload(&claims, contract)),
        payload_seen => server.and_then(|server| token::payload_seen(server, contract)),
        sign_in => server.filter(|_| is_better_auth).and_then(|it| sign_in(it, &issuer_url)),
        writes_no_typ => is_better_auth && token::accepts_type(contract, "") && contract.keys.form() != KeyForm::SharedSecret,
        apis => contract.apis.iter().map(|(name, api)| {
            let of = if several { format!(" of `{name}`") } else { String::new() };
            context! {
                of,
                url => values.api_url(api),
                audience => values.audience(Some(api)),
                default_says => api::default_says(*api.default),
                docs_say => api::docs_say(*api.docs),
            }
        }).collect::<Vec<_>>(),
        several,
        all_required => defaults().all(|it| it == Access::Required),
        docs_hidden => contract.apis.iter().any(|(_, api)| matches!(*api.docs, Docs::Development | Docs::Off)),
        fresh => api::fresh(contract),
        by_organization => owned_by(OwnedBy::Organization),
        example => api::example(contract, &values),
        routes => contract.routes.iter().map(|it| api::route(it, contract)).collect::<Vec<_>>(),
        owners => api::owners(contract),
        failures => code(&contract.limits.failures.to_string()),
        page_headers => page_headers(contract),
        proxies => api::proxies(contract),
        session => contract.session.as_ref().map(|it| session::view(it, contract, &values)),
        secrets => keys::secrets(contract, is_better_auth),
        libraries => library::table(&algorithms),
        diagram => sequence.mermaid(),
        parts,
        standards => standard::table(contract),
        choices => choice::table(contract, &values),
        open => open::items(subject, is_better_auth, &claims),
        is_bare => subject.is_bare,
        agreements => open::agreements(subject),
        seen_routes => open::routes(subject),
        findings => open::findings(subject),
        more_findings => open::more(subject),
    };
    (view, sequence)
}

/// Rows and values that the templates read by the names of their fields.
macro_rules! read_by_templates {
    ($($name:ty),*) => {
        $(impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Self::from(Serde(value))
            }
        })*
    };
}

read_by_templates!(Said, claim::Claim, library::Library, standard::Standard);

/// The variable that the reader meets first.
fn sample_variable(contract: &Contract) -> String {
    let names = contract.issuer.base_url.names();
    names
        .first()
        .map_or_else(|| "BETTER_AUTH_URL".to_owned(), ToString::to_string)
}

/// `` `EdDSA` ``, `` `EdDSA` or `ES256` ``.
fn one_of(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| code(name)).collect();
    listed(&names, "or")
}

fn claim_names(contract: &Contract) -> Value {
    let names = &contract.claims;
    context! {
        subject => code(names.subject.as_str()),
        subject_plain => names.subject.as_str(),
        organization => code(names.organization.as_str()),
        session => code(names.session.as_str()),
        actor => code(names.actor.as_str()),
    }
}

/// Headers of the pages that the contract names itself.
fn page_headers(contract: &Contract) -> Vec<Value> {
    let headers = contract.web.iter().flat_map(|web| web.headers.iter());
    let headers = headers.map(|(name, value)| {
        let value = if value.is_empty() {
            "not sent".to_owned()
        } else {
            code(value.as_str())
        };
        context! { name => code(name.as_str()), value }
    });
    headers.collect()
}

/// Where a token is given, in a few words.
fn token_place(contract: &Contract, token_endpoint: &Said) -> String {
    match token_place_text(contract, token_endpoint) {
        _ if *contract.issuer.kind == IssuerKind::BetterAuth => {
            format!("`GET` {}", token_endpoint.text)
        }
        Some(_) => format!("{}, as the issuer says", token_endpoint.text),
        None => "as the issuer says".to_owned(),
    }
}

/// The place that the contract names itself, of an issuer of which nothing else is known.
fn token_place_text(contract: &Contract, token_endpoint: &Said) -> Option<String> {
    let is_named = contract.issuer.token_endpoint.span().is_some();
    is_named.then(|| format!("At {}.", token_endpoint.text))
}

/// How long before its end a token of so many seconds is renewed, as the client of this workspace does.
fn early(lifetime: u64) -> String {
    match lifetime / 5 {
        60.. => "60 s".to_owned(),
        fifth => format!("{fifth} s, a fifth of its life,"),
    }
}

/// How a person signs in without a page, where that was read.
fn sign_in(server: &BetterAuthConfig, issuer_url: &Said) -> Option<String> {
    let mut options = server.options.iter();
    let by_password = options.find(|it| it.name == "emailAndPassword.enabled")?;
    by_password.switched.filter(|is_on| *is_on)?;
    Some(format!(
        "As read at {}, people may sign in by password: `POST {}/sign-in/email` with `Content-Type: application/json` and `{{\"email\": \"ada@example.com\", \"password\": \"EXAMPLE\"}}`, without a cookie. The answer sets the session cookie.",
        code(&by_password.place.to_string()),
        issuer_url.sample
    ))
}
