//! What was chosen, and why.

use betroth_contract::{
    Access, Contract, Docs, IssuerKind, KeyForm, Keys, Lookup, PublicAlgorithm, SessionCredential,
    Span, Transport, Web,
};
use minijinja::{Value, context};

use super::markdown::{code, listed};
use super::said::Values;

/// One row for each decision of the contract.
pub(super) fn table(contract: &Contract, values: &Values<'_>) -> Vec<Value> {
    let is_better_auth = *contract.issuer.kind == IssuerKind::BetterAuth;
    let mut rows = vec![keys(contract), algorithms(contract, is_better_auth)];
    let token = &contract.token;
    let row = |what: &str, chosen: String, written: bool, why: String| {
        let by = if written { "the contract" } else { "default" };
        context! { what, chosen, by, why }
    };
    let is_written = |span: Option<Span>| span.is_some();
    if let Some(session) = &contract.session {
        let accepted: Vec<String> = session.accept.iter().map(|it| code(it.as_str())).collect();
        let cached = session.accept.contains(&SessionCredential::CookieCache);
        let why = match (&session.lookup, cached) {
            (_, true) => {
                "most requests need no lookup; the price is that an ended session counts until its cache is over"
            }
            (Lookup::Database(_), false) => {
                "an ended session counts no longer at once; the price is a query for each request, and an API that can read the issuer's tables"
            }
            (Lookup::GetSession, false) => {
                "an ended session counts no longer at once, and the API needs no database of the issuer; the price is a request to the issuer for each request, within its rate limit (100 in 10 s from one address, unless it is set)"
            }
        };
        rows.push(row(
            "sessions as credentials",
            accepted.join(", "),
            is_written(session.accept.span()),
            why.to_owned(),
        ));
    }
    // Where sessions count, a page needs no token.
    let is_told = |web: &&Web| contract.session.is_none() || *web.transport != Transport::Token;
    if let Some(web) = contract.web.as_ref().filter(is_told) {
        let why = match *web.transport {
            Transport::Token => {
                "one hop less and no server between; the price is that scripts of the page can ask for the token"
            }
            Transport::Proxy => {
                "no token in the page; the price is that every call goes through the front end's server"
            }
            Transport::Gateway => {
                "no token in the page, one place for limits and logs; the price is one more program"
            }
        };
        rows.push(row(
            "transport",
            code(web.transport.as_str()),
            is_written(web.transport.span()),
            why.to_owned(),
        ));
    }
    rows.push(row(
        "lifetime",
        token.lifetime.to_string(),
        is_written(token.lifetime.span()),
        "how long a stolen token, or one of a person who signed out, still counts; shorter costs more requests to the issuer".to_owned(),
    ));
    rows.push(row(
        "leeway",
        format!("{} s", token.leeway.seconds()),
        is_written(token.leeway.span()),
        "clocks of two machines differ; every second more is a second longer for a token that expired".to_owned(),
    ));
    let own_audience = contract.apis.iter().any(|(_, api)| api.audience.is_some());
    let audience = if own_audience {
        ("each API its own".to_owned(), true)
    } else {
        (values.audience(None).text, token.audience.is_some())
    };
    rows.push(row(
        "audience",
        audience.0,
        audience.1,
        if audience.1 {
            "a token for one API is none for another".to_owned()
        } else {
            let whose = if is_better_auth { "what Better Auth writes by itself" } else { "the contract names none, so it is `iss`" };
            format!("{whose}; every API of this issuer accepts the same tokens, so with a second API set `token.audience`")
        },
    ));
    for (name, api) in contract.apis.iter() {
        let of = if contract.apis.iter().len() > 1 {
            format!(", of {}", code(name))
        } else {
            String::new()
        };
        let why = match *api.default {
            Access::Required => "a route that somebody forgets is shut, not open",
            Access::Optional => "anybody may look; a route that should ask must say so",
            Access::Public => {
                "for an application on the way: a route that somebody forgets is open"
            }
        };
        rows.push(row(
            &format!("routes that nobody named{of}"),
            code(api.default.as_str()),
            is_written(api.default.span()),
            why.to_owned(),
        ));
        let why = match *api.docs {
            Docs::Development | Docs::Off => {
                "the list of all routes is of use to who looks for a weak one"
            }
            Docs::Public => {
                "an API for others tells how it is called; the list of all routes is public then"
            }
            Docs::Required => "whoever may call may read how",
        };
        rows.push(row(
            &format!("documentation{of}"),
            code(api.docs.as_str()),
            is_written(api.docs.span()),
            why.to_owned(),
        ));
    }
    rows
}

fn keys(contract: &Contract) -> Value {
    let form = contract.keys.form();
    let why = match form {
        KeyForm::Jwks => {
            "only the issuer can write a token; keys change without anybody being told; the price is that an API needs the issuer's address now and then"
        }
        KeyForm::PublicKey => {
            "only the issuer can write a token, and an API needs no network to verify; the price is that a change of the key is a deployment of every side"
        }
        KeyForm::SharedSecret => {
            "no key set to fetch, and every library can do it; the price is that every holder can write a token for anybody, and that a change needs all sides at once"
        }
    };
    let by = if form == KeyForm::Jwks {
        "default"
    } else {
        "the contract"
    };
    context! { what => "keys", chosen => code(form.as_str()), by, why }
}

fn algorithms(contract: &Contract, is_better_auth: bool) -> Value {
    let all = contract.keys.algorithms();
    let written = match &contract.keys {
        Keys::Jwks { algorithms } | Keys::PublicKey { algorithms, .. } => algorithms.span(),
        Keys::SharedSecret { algorithms, .. } => algorithms.span(),
    };
    let by = if written.is_some() {
        "the contract"
    } else {
        "default"
    };
    let names: Vec<String> = all.iter().map(|it| code(it.as_str())).collect();
    let why = match all.first() {
        Some(betroth_contract::Algorithm::Public(
            PublicAlgorithm::EdDsa | PublicAlgorithm::Ed25519,
        )) if is_better_auth => {
            "short signatures, quick, no parameters to get wrong, and what Better Auth does by itself; some older libraries do not have it (see \"Libraries\")"
        }
        Some(betroth_contract::Algorithm::Public(
            PublicAlgorithm::EdDsa | PublicAlgorithm::Ed25519,
        )) => {
            "short signatures, quick, no parameters to get wrong; some older libraries do not have it (see \"Libraries\")"
        }
        Some(betroth_contract::Algorithm::Public(
            PublicAlgorithm::Es256 | PublicAlgorithm::Es384 | PublicAlgorithm::Es512,
        )) => "short signatures, and known to nearly every library",
        Some(betroth_contract::Algorithm::Public(_)) => {
            "known to nearly every library; long keys and signatures"
        }
        _ => {
            "what a shared secret allows; an algorithm of a public key beside it would let anybody sign"
        }
    };
    context! { what => "algorithm", chosen => listed(&names, "and"), by, why }
}
