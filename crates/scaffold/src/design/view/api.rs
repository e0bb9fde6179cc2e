//! What the templates name of an API: its routes, whose rows it holds, a request of the examples.

use betroth_contract::{
    Access, Contract, Docs, Entry, Lookup, OwnedBy, Requirement, Route, Rows, SessionCredential,
};
use minijinja::{Value, context};

use crate::design::markdown::{code, listed};
use crate::design::said::{Said, Values};
use crate::design::sequence::path_of;

pub(super) fn default_says(access: Access) -> &'static str {
    match access {
        Access::Required => "asks for a good credential",
        Access::Optional => "lets in anybody, and refuses a credential that is not good",
        Access::Public => "lets in anybody, and refuses no credential",
    }
}

pub(super) fn docs_say(docs: Docs) -> &'static str {
    match docs {
        Docs::Development => "for anybody in development; in production 404 `not_found`",
        Docs::Public => "for anybody",
        Docs::Required => "for whoever shows a good credential",
        Docs::Off => "404 `not_found`",
    }
}

/// A request of the examples: a route that asks for a credential, if the contract names one.
pub(super) fn example(contract: &Contract, values: &Values<'_>) -> Value {
    let api = contract
        .apis
        .iter()
        .next()
        .map(|(_, api)| values.api_url(api));
    let url = api.map_or_else(|| "https://api.example.com".to_owned(), |it| it.sample);
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest).to_owned();
    let below = path_of(&url).trim_end_matches('/');
    context! {
        host,
        path => format!("{below}/example"),
        origin => values.origins().map_or_else(|| "https://app.example.com".to_owned(), |it: Said| it.sample),
    }
}

pub(super) fn route(route: &Entry<Route>, contract: &Contract) -> Value {
    let of_user = if contract.session.is_some() {
        " of the token or of the session's `user`"
    } else {
        ""
    };
    let methods: Vec<&str> = route.methods.iter().map(|it| it.as_str()).collect();
    let asks = match &route.requirement {
        Requirement::Public => "nobody; a credential is neither needed nor refused".to_owned(),
        Requirement::Optional => "nobody; a credential that is shown must be good".to_owned(),
        Requirement::Required {
            roles,
            scopes,
            fresh,
        } => {
            let mut asks = vec!["a good credential".to_owned()];
            let roles: Vec<String> = roles.iter().map(|it| code(it.as_str())).collect();
            if !roles.is_empty() {
                asks.push(format!(
                    "the role {} in {}{of_user}",
                    listed(&roles, "or"),
                    code(contract.claims.roles.as_str())
                ));
            }
            let scopes: Vec<String> = scopes.iter().map(|it| code(it.as_str())).collect();
            if !scopes.is_empty() {
                asks.push(format!(
                    "the {} {} in {} of the token",
                    if scopes.len() > 1 { "scopes" } else { "scope" },
                    listed(&scopes, "and"),
                    code(contract.claims.scopes.as_str())
                ));
            }
            if let Some(fresh) = fresh {
                asks.push(format!(
                    "issued no longer than {} seconds ago",
                    fresh.seconds()
                ));
            }
            asks.join(", ")
        }
    };
    context! {
        api => route.api.as_ref().map_or_else(String::new, |name| code(name.as_str())),
        methods => if methods.is_empty() { "all".to_owned() } else { methods.join(", ") },
        path => code(route.path.as_str()),
        asks,
    }
}

pub(super) fn owners(contract: &Contract) -> Vec<Value> {
    let names = &contract.claims;
    let owners = contract.owners.iter().map(|owner| {
        let rows = match &owner.rows {
            Rows::Model(model) => format!("the model {}", code(model.as_str())),
            Rows::Table(table) => format!("the table {}", code(table.as_str())),
        };
        let whose = match *owner.by {
            OwnedBy::Subject => format!("the person, {}", code(names.subject.as_str())),
            OwnedBy::Organization => {
                format!("the organization, {}", code(names.organization.as_str()))
            }
        };
        context! { rows, whose, column => code(owner.column.as_str()) }
    });
    owners.collect()
}

pub(super) fn proxies(contract: &Contract) -> String {
    let proxies: Vec<String> = contract
        .limits
        .trusted_proxies
        .iter()
        .map(|it| code(&it.to_string()))
        .collect();
    match proxies.as_slice() {
        [] => "none, so the address is that of the connection".to_owned(),
        proxies => format!(
            "{}; `X-Forwarded-For` is believed from these alone",
            listed(proxies, "and")
        ),
    }
}

/// What it means that a route asks for a new word of the issuer, where one does.
pub(super) fn fresh(contract: &Contract) -> Option<String> {
    let asks = |route: &Entry<Route>| {
        matches!(
            route.requirement,
            Requirement::Required { fresh: Some(_), .. }
        )
    };
    if !contract.routes.iter().any(asks) {
        return None;
    }
    let mut parts = vec!["\"Issued no longer ago\" is `iat` against now, without leeway; a token without `iat` is refused. A new token suffices: nobody is asked for a password.".to_owned()];
    if let Some(session) = &contract.session {
        let cached = session.accept.contains(&SessionCredential::CookieCache);
        parts.push(if cached {
            "A session that was looked up is always new enough; a cookie cache is as old as its `updatedAt`, and one that is too old is looked up, where the API can.".to_owned()
        } else {
            "A session that was looked up is always new enough.".to_owned()
        });
        if let Lookup::Database(_) = session.lookup {
            parts.push(format!(
                "An older token passes too, while the session that its {} names lives in the database and gives no less than the token says.",
                code(contract.claims.session.as_str())
            ));
        }
    }
    Some(parts.join(" "))
}
