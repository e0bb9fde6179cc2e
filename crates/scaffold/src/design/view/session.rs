//! What the templates name of `[session]`.

use betroth_contract::{CacheStrategy, Lookup, Session, SessionCredential};
use minijinja::{Value, context};

use crate::design::markdown::{code, listed};
use crate::design::said::{Said, variables};

/// The values of a contract whose sessions are credentials.
pub(super) fn view(session: &Session, issuer_url: &Said) -> Value {
    let takes = |form| session.accept.contains(&form);
    let cookie_taken = takes(SessionCredential::SessionCookie);
    let bearer = takes(SessionCredential::SessionToken);
    let cache = takes(SessionCredential::CookieCache);
    let accepted: Vec<String> = session
        .accept
        .iter()
        .map(|it| accepted(*it).to_owned())
        .collect();
    context! {
        accepted => listed(&accepted, "or"),
        cookie => session.cookie.as_str(),
        cookie_taken,
        // Whether a browser adds the credential by itself, to whatever page asks.
        cookies => cookie_taken || cache,
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
        steps => steps(session, issuer_url),
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
            "base64url without padding of `{\"session\": …, \"expiresAt\": …, \"signature\": …}`, where the signature is base64url of an HMAC-SHA256 under the secret over the JSON of session and `expiresAt`, with the members in the order in which they came"
        }
        CacheStrategy::Jwt => {
            "a JWS with `alg` HS256 under the bytes of the secret, without `iss` and `aud`; it must never pass for an access token"
        }
        CacheStrategy::Jwe => {
            "a JWE with `dir` and A256CBC-HS512, under 64 bytes of HKDF-SHA256 (input: the secret; salt `better-auth-session`; info `BetterAuth.js Generated Encryption Key`)"
        }
    }
}

/// The checklist of a session, in the order in which its forms are looked for.
fn steps(session: &Session, issuer_url: &Said) -> Vec<String> {
    let cookie = session.cookie.as_str();
    let mut steps = Vec::new();
    let cookies = session
        .accept
        .iter()
        .any(|it| *it != SessionCredential::SessionToken);
    if cookies {
        steps.push("A cookie with any method but GET, HEAD and OPTIONS, or with the handshake of a WebSocket: `Sec-Fetch-Site` is `same-origin` or `none`, or `Origin` is one of the allowed origins byte for byte, or (without `Sec-Fetch-Site`) the host of `Origin` is that of the header `Host`. Else 403 `forbidden`.".to_owned());
    }
    for form in session.accept.iter() {
        steps.push(match form {
            SessionCredential::SessionCookie => format!(
                "A cookie {} or {}: percent-decode it, split it at its last dot, check the signature, look the session up.",
                code(cookie),
                code(&format!("__Secure-{cookie}"))
            ),
            SessionCredential::SessionToken => "`Authorization: Bearer` with a value that is no token of three parts: the same without the percent-decoding.".to_owned(),
            SessionCredential::CookieCache => format!(
                "A cookie {}: check that it is authentic and not over. Once it is over, go on with the session cookie.",
                code(&session.cache_cookie().unwrap_or_default())
            ),
        });
    }
    steps.push(match &session.lookup {
        Lookup::Database(database) => format!(
            "Look up, in the database of {}: the row of the table `session` (or `sessions`) whose `token` is TOKEN, and its user, the row of `user` (or `users`) whose `id` is the `userId` of the session. The columns are in camel case or in snake case. Write nothing.",
            variables(database.names())
        ),
        Lookup::GetSession => format!(
            "Look up: `GET {}/get-session?disableCookieCache=true&disableRefresh=true` with the cookie, signed as above. 200 with `null` is no session. At most 256 KiB and 5 seconds; follow no redirect.",
            issuer_url.sample
        ),
    });
    steps.push("No session, `expiresAt` not in the future, or a user with `banned` (and `banExpires` absent or in the future): 401 `invalid_token`. No answer within 5 seconds: 503 `unavailable`.".to_owned());
    steps.push("The caller is the `id` of the user. A credential that is bad is refused; the next form is not tried in its stead.".to_owned());
    steps
}
