//! What the templates name of `[session]`.

use betroth_contract::value::ClaimPath;
use betroth_contract::{CacheStrategy, Contract, Lookup, Session, SessionCredential};
use minijinja::{Value, context};

use crate::design::markdown::{code, listed};
use crate::design::said::{Said, Values, variables};

/// The values of a contract whose sessions are credentials.
pub(super) fn view(session: &Session, contract: &Contract, values: &Values<'_>) -> Value {
    let takes = |form| session.accept.contains(&form);
    let cookie_taken = takes(SessionCredential::SessionCookie);
    let bearer = takes(SessionCredential::SessionToken);
    let cache = takes(SessionCredential::CookieCache);
    let get_session = values.get_session();
    let accepted: Vec<String> = session
        .accept
        .iter()
        .map(|it| accepted(*it).to_owned())
        .collect();
    context! {
        accepted => listed(&accepted, "or"),
        cookie => session.cookie.as_str(),
        // Whether a browser adds the credential by itself, to whatever page asks.
        cookies => cookie_taken || cache,
        looks_up => cookie_taken || bearer,
        bearer,
        cache,
        cache_cookie => session.cache_cookie(),
        strategy => session.strategy.as_str(),
        cache_form => cache_form(*session.strategy),
        secret => variables(session.secret.names()),
        secret_plain => session.secret.names().first().map(ToString::to_string),
        source => match session.lookup {
            Lookup::Database(_) => "the database of sessions",
            Lookup::GetSession => "the issuer",
        },
        get_session => get_session.text.clone(),
        steps => steps(session, &get_session),
        facts => facts(session, contract),
    }
}

fn accepted(form: SessionCredential) -> &'static str {
    match form {
        SessionCredential::SessionCookie => "the issuer's session cookie",
        SessionCredential::SessionToken => "the signed session token as `Authorization: Bearer`",
        SessionCredential::CookieCache => "the issuer's cookie cache",
    }
}

/// How Better Auth writes its cookie cache.
fn cache_form(strategy: CacheStrategy) -> &'static str {
    match strategy {
        CacheStrategy::Compact => {
            "base64url without padding of `{\"session\": {session, user, updatedAt, version}, \"expiresAt\": MILLISECONDS, \"signature\": TEXT}`. The signature is base64url, without padding, of an HMAC-SHA256 under the secret; what is signed is the text of the outer `session` as it came, with `,\"expiresAt\":MILLISECONDS` put before its last brace"
        }
        CacheStrategy::Jwt => {
            "a JWS with the header `{\"alg\":\"HS256\"}` under the bytes of the secret. Its payload has `session`, `user`, `updatedAt`, `version` and `exp`, and neither `iss` nor `aud`: it must never pass for an access token"
        }
        CacheStrategy::Jwe => {
            "a JWE with `dir` and A256CBC-HS512, under 64 bytes of HKDF-SHA256 (input: the secret; salt `better-auth-session`; info `BetterAuth.js Generated Encryption Key`); its `kid` is the RFC 7638 thumbprint of these bytes as an `oct` key. Its payload has `session`, `user`, `updatedAt`, `version` and `exp`"
        }
    }
}

/// The checklist of a session, in the order in which its forms are looked for.
fn steps(session: &Session, get_session: &Said) -> Vec<String> {
    let takes = |form| session.accept.contains(&form);
    let cookie_taken = takes(SessionCredential::SessionCookie);
    let bearer = takes(SessionCredential::SessionToken);
    let cache = takes(SessionCredential::CookieCache);
    let mut steps = Vec::new();
    if bearer {
        steps.push("`Authorization: Bearer` with a value that has not exactly two dots: resolve percent-escapes, if there are any, split it at its last dot, check the signature, go on with the lookup.".to_owned());
    }
    if cookie_taken || cache {
        let cookie = session.cookie.as_str();
        steps.push(format!(
            "The session cookie: where the issuer's address is https, {secure} alone counts; otherwise it or {plain}, and both at once are 400. One name with two values: 400. An empty one is none.",
            secure = code(&format!("__Secure-{cookie}")),
            plain = code(cookie),
        ));
        steps.push("Percent-decode it, split it at its last dot, check the signature.".to_owned());
        steps.push("With any method but GET, HEAD and OPTIONS, and with the handshake of a WebSocket: `Sec-Fetch-Site` is `same-origin` or `none`; or `Origin` is one of the allowed origins byte for byte; or, without `Sec-Fetch-Site`, `Origin` is `https://` and the header `Host` (or `http://`, where the request itself is http). Else, also without `Origin` or with `null`: 403 `forbidden`.".to_owned());
    }
    if cache {
        let name = session.cache_cookie().unwrap_or_default();
        let over = if cookie_taken {
            "go on with the lookup"
        } else {
            "401 `invalid_token`, until the page has had it written anew by `get-session`"
        };
        steps.push(format!(
            "The cookie cache: the cookie {name}, with `__Secure-` where the session cookie has it, or its parts {zero}, {one} and so on, joined. It is authentic, `expiresAt` or `exp` is not over, `version` is `1` or absent, `session.token` is TOKEN and `session.expiresAt` in the future: then it says who calls, without a lookup. Not authentic, or of another session or version: 401, and nothing else is tried. Over, or absent: {over}.",
            name = code(&name),
            zero = code(&format!("{name}.0")),
            one = code(&format!("{name}.1")),
        ));
    }
    if cookie_taken || bearer {
        steps.push(lookup(session, get_session));
    }
    steps.push(format!(
        "{}`expiresAt` not in the future, or a user with `banned` (and `banExpires` absent or in the future): 401 `invalid_token`.{}",
        if cookie_taken || bearer { "No session, " } else { "" },
        if cookie_taken || bearer { " No answer within 5 seconds: 503 `unavailable`." } else { "" },
    ));
    steps.push("The caller is the `id` of the user. A credential that is bad is refused; the next form is not tried in its stead.".to_owned());
    steps
}

fn lookup(session: &Session, get_session: &Said) -> String {
    match &session.lookup {
        Lookup::Database(database) => format!(
            "Look up, in the database of {}: the row of the table `session` (or `sessions`) whose `token` is TOKEN, and its user, the row of `user` (or `users`) whose `id` is the `userId` of the session. The columns are in camel case or in snake case. Write nothing.",
            variables(database.names())
        ),
        Lookup::GetSession => {
            let cookie = session.cookie.as_str();
            let header = code(&format!("Cookie: __Secure-{cookie}=VALUE; {cookie}=VALUE"));
            format!(
                "Look up (`GET`, at {}), with the query `?disableCookieCache=true&disableRefresh=true` and {header}, where VALUE is `TOKEN.SIGNATURE` percent-encoded; of a cookie that came, the name under which it came suffices. 200 with `null` is no session. Any other answer must have `session`, `user`, and TOKEN as `session.token`, or it is 503. At most 256 KiB and 5 seconds; follow no redirect.",
                get_session.text
            )
        }
    }
}

/// What a session says of the person, each fact with where it stands.
fn facts(session: &Session, contract: &Contract) -> Vec<Value> {
    let names = &contract.claims;
    let of_user = |path: &ClaimPath| code(&format!("user.{}", path.as_str()));
    let row = |fact: &str, from: String| context! { fact, from };
    let cached = session.accept.contains(&SessionCredential::CookieCache);
    let organization = match (names.organization.as_str(), &session.lookup) {
        ("activeOrganizationId", Lookup::Database(_)) => format!(
            "`session.activeOrganizationId`; where there is a table `member`, only with a row of this `userId` and `organizationId`{}",
            if cached {
                ", but of a cookie cache as it stands"
            } else {
                ""
            }
        ),
        ("activeOrganizationId", Lookup::GetSession) => "`session.activeOrganizationId`".to_owned(),
        _ => of_user(&names.organization),
    };
    let issued = if cached {
        "the moment of the lookup; of a cookie cache its `updatedAt`"
    } else {
        "the moment of the lookup"
    };
    vec![
        row("who calls", "`user.id`".to_owned()),
        row("email", of_user(&names.email)),
        row("name", of_user(&names.name)),
        row(
            "roles",
            format!("{}, one or several with commas", of_user(&names.roles)),
        ),
        row(
            "permissions",
            format!("{}, the same", of_user(&names.permissions)),
        ),
        row(
            "scopes",
            "none: a route that asks for one is 403 `insufficient_scope` to every session"
                .to_owned(),
        ),
        row("organization", organization),
        row("session", "`session.id`".to_owned()),
        row(
            "who acts for the person",
            "`session.impersonatedBy`".to_owned(),
        ),
        row("when it was issued", issued.to_owned()),
    ]
}
