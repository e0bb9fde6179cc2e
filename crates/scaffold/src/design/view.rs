//! Everything that the templates name.

mod session;

use betroth_contract::{
    Access, Algorithm, Contract, Docs, Entry, IssuerKind, KeyForm, Keys, OwnedBy, PublicAlgorithm,
    Requirement, Route, Rows, Secret, SecretAlgorithm, Setting, Transport,
};
use betroth_source_typescript::BetterAuthConfig;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde_json::json;

use crate::project::WebSide;

use super::claim::{self, Basis};
use super::markdown::{code, listed};
use super::said::{Said, Values, variables};
use super::sequence::{Script, Sequence, path_of};
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
        issuer_url: &issuer_url,
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
        iss_http => iss.sample.starts_with("https:"),
        iss, jwks_url, token_endpoint,
        issuer_url => issuer_url.clone(),
        origins => values.origins(),
        algorithms => context! { text => one_of(&names), names },
        foreign_algorithm => if contract.keys.form() == KeyForm::SharedSecret { "RS256" } else { "HS256" },
        keys => keys(contract, &values),
        lifetime => context! { text => contract.token.lifetime.to_string(), seconds => lifetime },
        leeway,
        window => lifetime + leeway,
        just_inside => leeway / 2,
        just_outside => leeway + 5,
        max_age => contract.token.max_age.map(|it| context! { seconds => it.seconds() }),
        types => types(contract),
        claims => claims.clone(),
        claim_names => claim_names(contract),
        required => context! { text => listed(&required, "and"), several => required.len() > 1 },
        header_sample => header_sample(contract),
        payload_sample => pretty(&claim::payload(&claims, contract)),
        payload_seen => server.and_then(|server| payload_seen(server, contract)),
        sign_in => server.filter(|_| is_better_auth).and_then(|it| sign_in(it, &issuer_url)),
        writes_no_typ => is_better_auth && contract.keys.form() != KeyForm::SharedSecret,
        apis => contract.apis.iter().map(|(name, api)| {
            let of = if several { format!(" of `{name}`") } else { String::new() };
            context! {
                of,
                url => values.api_url(api),
                audience => values.audience(Some(api)),
                default_says => default_says(*api.default),
                docs_say => docs_say(*api.docs),
            }
        }).collect::<Vec<_>>(),
        several,
        example => example(contract, &values),
        routes => contract.routes.iter().map(|it| route(it, contract)).collect::<Vec<_>>(),
        owners => owners(contract),
        failures => code(&contract.limits.failures.to_string()),
        proxies => proxies(contract),
        session => contract.session.as_ref().map(|it| session::view(it, &issuer_url)),
        secrets => secrets(contract, is_better_auth),
        libraries => library::table(&algorithms),
        diagram => sequence.mermaid(),
        parts,
        standards => standard::table(contract),
        choices => choice::table(contract, &values),
        open => open::items(subject, is_better_auth, &claims),
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

/// The accepted `typ`.
fn types(contract: &Contract) -> String {
    let types = contract.token.types.iter().map(|it| match it.as_str() {
        "" => "absent".to_owned(),
        name => code(name),
    });
    listed(&types.collect::<Vec<_>>(), "or")
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

/// What a signature is checked with: in a few words, as steps of the checklist, and at length.
fn keys(contract: &Contract, values: &Values<'_>) -> Value {
    let bound = "The key is for exactly this `alg`; a key never serves two.".to_owned();
    let (phrase, steps, signature) = match &contract.keys {
        Keys::Jwks { .. } => {
            let at = values.jwks_url().text;
            (
                format!("the issuer's published key set (JWKS) at {at}"),
                vec![
                    "The key is the one of the set whose `kid` is equal byte for byte. An unknown `kid` causes one fetch of the set (see below) and is then refused; no set at hand is 503.".to_owned(),
                    bound,
                ],
                "The issuer signs with its private key, which never leaves it. The verifier holds the public keys of the set alone, so it can check every token and write none.".to_owned(),
            )
        }
        Keys::PublicKey { public_key, .. } => {
            let from = match &**public_key {
                Setting::Literal(key) => format!("the contract: {}", code(key.as_str())),
                Setting::Environment { names, .. } => variables(names.as_slice()),
            };
            (
                format!("one public key, from {from}"),
                vec![
                    format!("The key is the one public key, PEM or JWK, from {from}. `kid` chooses nothing."),
                    bound,
                ],
                "The issuer signs with its private key, which never leaves it. The verifier holds the one public key, so it can check every token and write none; it asks nobody over the network.".to_owned(),
            )
        }
        Keys::SharedSecret { secret, algorithms } => {
            let from = variables(secret.names());
            let bytes = algorithms
                .iter()
                .map(|it| match it {
                    SecretAlgorithm::Hs256 => 32,
                    SecretAlgorithm::Hs384 => 48,
                    SecretAlgorithm::Hs512 => 64,
                })
                .max()
                .unwrap_or(32);
            (
                format!("a secret that both sides hold: {from}"),
                vec![
                    format!(
                        "The key is the bytes of the text of {from} in UTF-8, not decoded from base64 or hex, and at least {bytes} bytes long; a verifier with a shorter one must not start. `kid` chooses nothing."
                    ),
                    "The MAC is compared in constant time.".to_owned(),
                ],
                format!(
                    "An HMAC under the secret of {from}: the bytes of its text in UTF-8, as they are (no decoding from base64 or hex), at least {bytes} of them (RFC 7518 §3.2). **The same secret checks and writes**: whoever can verify a token can make one for anybody."
                ),
            )
        }
    };
    let made: Vec<String> = contract
        .keys
        .algorithms()
        .into_iter()
        .map(|it| format!("{} is {}.", code(it.as_str()), made(it)))
        .collect();
    let signature = format!("{signature} {}", made.join(" "));
    context! { form => contract.keys.form().as_str(), phrase, steps, signature }
}

/// What an algorithm is (RFC 7518 §3, RFC 8037, RFC 9864).
fn made(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Secret(SecretAlgorithm::Hs256) => "HMAC with SHA-256, 32 bytes",
        Algorithm::Secret(SecretAlgorithm::Hs384) => "HMAC with SHA-384, 48 bytes",
        Algorithm::Secret(SecretAlgorithm::Hs512) => "HMAC with SHA-512, 64 bytes",
        Algorithm::Public(algorithm) => match algorithm {
            PublicAlgorithm::EdDsa | PublicAlgorithm::Ed25519 => {
                "Ed25519 (JWK: `kty` OKP, `crv` Ed25519), 64 bytes"
            }
            PublicAlgorithm::Es256 => {
                "ECDSA on P-256 with SHA-256: R and S one after the other, 64 bytes, not DER"
            }
            PublicAlgorithm::Es384 => {
                "ECDSA on P-384 with SHA-384: R and S one after the other, 96 bytes, not DER"
            }
            PublicAlgorithm::Es512 => {
                "ECDSA on P-521 with SHA-512: R and S one after the other, 132 bytes, not DER"
            }
            PublicAlgorithm::Ps256 => "RSASSA-PSS with SHA-256",
            PublicAlgorithm::Ps384 => "RSASSA-PSS with SHA-384",
            PublicAlgorithm::Ps512 => "RSASSA-PSS with SHA-512",
            PublicAlgorithm::Rs256 => "RSASSA-PKCS1-v1_5 with SHA-256",
            PublicAlgorithm::Rs384 => "RSASSA-PKCS1-v1_5 with SHA-384",
            PublicAlgorithm::Rs512 => "RSASSA-PKCS1-v1_5 with SHA-512",
        },
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

fn header_sample(contract: &Contract) -> String {
    let algorithms = contract.keys.algorithms();
    let name = algorithms.first().map_or("EdDSA", |it| it.as_str());
    let header = match contract.keys.form() {
        KeyForm::SharedSecret => json!({ "alg": name, "typ": "JWT" }),
        _ => json!({ "alg": name, "kid": "example-key-1" }),
    };
    pretty(&header)
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}")
}

/// What was read of the payload that the plugin writes.
fn payload_seen(server: &BetterAuthConfig, contract: &Contract) -> Option<String> {
    if contract.keys.form() == KeyForm::SharedSecret {
        return None;
    }
    let jwt = server.jwt.as_ref()?;
    let place = code(&jwt.place.to_string());
    Some(match &jwt.payload {
        None => format!(
            "As read at {place}, the plugin `jwt` has no `definePayload`: it writes the whole user record into the payload, beside the claims above. Nobody may rely on those members."
        ),
        Some(claims) => {
            let claims: Vec<String> = claims.iter().map(|it| code(it)).collect();
            match claims.as_slice() {
                [] => format!(
                    "As read at {place}, `definePayload` adds nothing to `iss`, `aud`, `sub`, `iat` and `exp`."
                ),
                claims => format!(
                    "As read at {place}, `definePayload` writes {} beside `iss`, `aud`, `sub`, `iat` and `exp`.",
                    listed(claims, "and")
                ),
            }
        }
    })
}

fn default_says(access: Access) -> &'static str {
    match access {
        Access::Required => "asks for a good credential",
        Access::Optional => "lets in anybody, and refuses a credential that is not good",
        Access::Public => "lets in anybody, and looks at no credential",
    }
}

fn docs_say(docs: Docs) -> &'static str {
    match docs {
        Docs::Development => "for anybody in development, absent in production",
        Docs::Public => "for anybody",
        Docs::Required => "for whoever shows a good credential",
        Docs::Off => "absent",
    }
}

/// A request of the examples: a route that asks for a credential, if the contract names one.
fn example(contract: &Contract, values: &Values<'_>) -> Value {
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

fn route(route: &Entry<Route>, contract: &Contract) -> Value {
    let methods: Vec<&str> = route.methods.iter().map(|it| it.as_str()).collect();
    let asks = match &route.requirement {
        Requirement::Public => "nobody: no credential is looked at".to_owned(),
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
                    "the role {} in {}",
                    listed(&roles, "or"),
                    code(contract.claims.roles.as_str())
                ));
            }
            let scopes: Vec<String> = scopes.iter().map(|it| code(it.as_str())).collect();
            if !scopes.is_empty() {
                asks.push(format!(
                    "the scopes {} in {}",
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

fn owners(contract: &Contract) -> Vec<Value> {
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

fn proxies(contract: &Contract) -> String {
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

/// What a side must have, with where it comes from and who may hold it.
fn secrets(contract: &Contract, is_better_auth: bool) -> Vec<Value> {
    let row = |what: &str, from: String, holders: &str| context! { what, from, holders };
    let mut rows = Vec::new();
    let names = |secret: &Secret| variables(secret.names());
    match &contract.keys {
        Keys::Jwks { .. } => rows.push(row(
            "the issuer's private key",
            if is_better_auth {
                "Better Auth's own database, encrypted with `BETTER_AUTH_SECRET`".to_owned()
            } else {
                "the issuer's own affair".to_owned()
            },
            "the issuer alone",
        )),
        Keys::PublicKey { .. } => rows.push(row(
            "the issuer's private key",
            "the issuer's own affair; a verifier has the public one, which is no secret".to_owned(),
            "the issuer alone",
        )),
        Keys::SharedSecret { secret, .. } => rows.push(row(
            "the secret of the tokens",
            names(secret),
            "the token route and the API; nobody else",
        )),
    }
    if let Some(session) = &contract.session {
        rows.push(row(
            "the secret that signs sessions",
            names(&session.secret),
            "the issuer and the API",
        ));
        if let betroth_contract::Lookup::Database(database) = &session.lookup {
            rows.push(row(
                "the address of the issuer's database, with a password",
                names(database),
                "the API, as a user who may read the tables `session` and `user` alone",
            ));
        }
    }
    rows
}
