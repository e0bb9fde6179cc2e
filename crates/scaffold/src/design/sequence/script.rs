//! What is said in one contract's flow.

use betroth_contract::{Contract, KeyForm, Lookup, Session, SessionCredential, Transport};

use super::{Line, Party, Sequence};
use crate::design::said::Said;

/// What the sequence of a contract is made of.
pub(in crate::design) struct Script<'a> {
    pub(in crate::design) contract: &'a Contract,
    /// `Better Auth`, or `Issuer`.
    pub(in crate::design) issuer: &'static str,
    /// Where a token is given.
    pub(in crate::design) token_endpoint: &'a Said,
    /// Where the key set is.
    pub(in crate::design) jwks_url: &'a Said,
    /// Where the issuer says whether a session lives.
    pub(in crate::design) get_session: &'a Said,
    /// How the credential travels.
    pub(in crate::design) transport: Transport,
}

/// Lines under way.
struct Lines(Vec<Line>);

impl Lines {
    fn ask(&mut self, from: usize, to: usize, label: impl Into<String>, says: impl Into<String>) {
        self.message(from, to, label.into(), says.into(), false);
    }

    fn reply(&mut self, from: usize, to: usize, label: impl Into<String>, says: impl Into<String>) {
        self.message(from, to, label.into(), says.into(), true);
    }

    fn message(&mut self, from: usize, to: usize, label: String, says: String, reply: bool) {
        self.0.push(Line::Message {
            from,
            to,
            label,
            says,
            reply,
        });
    }

    fn deed(&mut self, at: usize, label: impl Into<String>, says: impl Into<String>) {
        let (label, says) = (label.into(), says.into());
        self.0.push(Line::Deed { at, label, says });
    }
}

impl Script<'_> {
    /// The sequence of the contract: by what stands between, else by session where sessions count, else by token.
    pub(in crate::design) fn sequence(&self) -> Sequence {
        match (self.transport, &self.contract.session) {
            (Transport::Proxy | Transport::Gateway, _) => self.by_middle(),
            (Transport::Token, Some(session)) => self.by_session(session),
            (Transport::Token, None) => self.by_token(),
        }
    }

    /// The page fetches a token and sends it.
    fn by_token(&self) -> Sequence {
        let (page, issuer, api) = (0, 1, 2);
        let mut lines = Lines(vec![Line::Part("Sign in")]);
        self.sign_in(&mut lines, page, issuer);
        lines.0.push(Line::Part("Call"));
        self.token(&mut lines, page, issuer);
        self.call(&mut lines, page, api);
        self.verify(&mut lines, issuer, api);
        lines.reply(api, page, "answer of the route", "The answer of the route.");
        lines.0.push(Line::Part("The token expired"));
        self.expired(&mut lines, page, issuer, api);
        Sequence {
            parties: named(&["Page", self.issuer, "API"]),
            lines: lines.0,
        }
    }

    /// A server of the front end, or the gateway, swaps the session for a token.
    fn by_middle(&self) -> Sequence {
        let (page, middle, issuer, api) = (0, 1, 2, 3);
        let name = if self.transport == Transport::Gateway {
            "Gateway"
        } else {
            "Route handler"
        };
        let mut lines = Lines(vec![Line::Part("Sign in")]);
        self.sign_in(&mut lines, page, issuer);
        lines.0.push(Line::Part("Call"));
        lines.ask(
            page,
            middle,
            "request with the session cookie",
            "The page calls its own site. The browser adds the session cookie; the page holds no token at all.",
        );
        self.token(&mut lines, middle, issuer);
        lines.ask(
            middle,
            api,
            "request, Authorization: Bearer TOKEN",
            "The same request without the cookie, with the header `Authorization: Bearer TOKEN`.",
        );
        self.verify(&mut lines, issuer, api);
        lines.reply(
            api,
            middle,
            "answer of the route",
            "The answer of the route.",
        );
        lines.reply(
            middle,
            page,
            "the same answer",
            "The same answer, passed on.",
        );
        lines.0.push(Line::Part("The token expired"));
        self.expired(&mut lines, middle, issuer, api);
        Sequence {
            parties: named(&["Page", name, self.issuer, "API"]),
            lines: lines.0,
        }
    }

    /// The session itself is what the API looks at.
    fn by_session(&self, session: &Session) -> Sequence {
        let (page, issuer, api, store) = (0, 1, 2, 3);
        let cookie = session.cookie.as_str();
        let is_bearer = session.accept.first() == Some(&SessionCredential::SessionToken);
        let by_database = matches!(session.lookup, Lookup::Database(_));
        let looks_up = session
            .accept
            .iter()
            .any(|it| *it != SessionCredential::CookieCache);
        let mut parties = named(&["Page", self.issuer, "API"]);
        if by_database && looks_up {
            parties.push(Party { name: "Database" });
        }
        let mut lines = Lines(vec![Line::Part("Sign in")]);
        self.sign_in(&mut lines, page, issuer);
        lines.0.push(Line::Part("Call"));
        if is_bearer {
            lines.ask(
                page,
                api,
                "request, Authorization: Bearer SIGNED-SESSION-TOKEN",
                "The request with the signed session token in the header `Authorization: Bearer …`.",
            );
        } else {
            lines.ask(
                page,
                api,
                "request with the session cookie",
                format!(
                    "The request with `credentials: \"include\"`. The browser adds the cookie `{cookie}` (over https `__Secure-{cookie}`)."
                ),
            );
        }
        let checks = "Splits the value at its last dot and compares the signature in constant time. One that does not hold is 401 and is looked up nowhere.";
        lines.deed(api, "checks the signature of the session", checks);
        if session.accept.contains(&SessionCredential::CookieCache) {
            let says = if looks_up {
                "Where the cookie cache is there, is authentic and not over, it says who calls, and the steps up to the answer are left out."
            } else {
                "The cookie cache says who calls, if it is authentic and not over; else the answer is 401. Nobody is asked."
            };
            lines.deed(api, "reads the cookie cache", says);
        }
        if looks_up && by_database {
            lines.ask(
                api,
                store,
                "session and user of this token",
                "Reads the session and its user by the session token. Nothing is written.",
            );
            lines.reply(
                store,
                api,
                "the row, or none",
                "The row, or none. No row, `expiresAt` in the past or a banned user is 401; no answer within 5 s is 503.",
            );
        } else if looks_up {
            lines.ask(
                api,
                issuer,
                "GET get-session, with the cookie",
                format!(
                    "Asks whether the session lives, with the session as a cookie and the query `?disableCookieCache=true&disableRefresh=true`: `GET` {}.",
                    self.get_session.text
                ),
            );
            lines.reply(
                issuer,
                api,
                "session and user, or null",
                "200 with `{\"session\": …, \"user\": …}`, or 200 with `null` for a session that has ended: then 401. Any other status, or none within 5 s, is 503.",
            );
        }
        lines.reply(api, page, "answer of the route", "The answer of the route.");
        lines.0.push(Line::Part("The session has ended"));
        lines.ask(
            page,
            api,
            "request with the old session",
            "The next request with the old session.",
        );
        lines.reply(api, page, "401", "401 `invalid_token`.");
        lines.ask(
            page,
            issuer,
            "GET get-session",
            format!(
                "Asks once, with the session, whether it lives: `GET` {}.",
                self.get_session.text
            ),
        );
        lines.reply(
            issuer,
            page,
            "null",
            "200 with `null`: there is nothing to renew, and the person signs in again.",
        );
        Sequence {
            parties,
            lines: lines.0,
        }
    }

    fn sign_in(&self, lines: &mut Lines, page: usize, issuer: usize) {
        lines.ask(
            page,
            issuer,
            "signs in",
            "The person signs in at the issuer, by whatever way the issuer offers. The API takes no part in it and never sees a password.",
        );
        let says = if self.is_better_auth() {
            let session = self.contract.session.as_ref();
            let cookie = session.map_or("better-auth.session_token", |it| it.cookie.as_str());
            let is_bearer =
                session.is_some_and(|it| it.accept.contains(&SessionCredential::SessionToken));
            let beside = if is_bearer {
                " Its plugin `bearer` adds the header `set-auth-token`, with the signed session token."
            } else {
                ""
            };
            format!(
                "Sets the session cookie `{cookie}` (over https `__Secure-{cookie}`): `HttpOnly`, `SameSite=Lax`, `Path=/`. No script can read it.{beside}"
            )
        } else {
            "Begins a session with the browser, in its own way.".to_owned()
        };
        lines.reply(issuer, page, "session", says);
    }

    fn token(&self, lines: &mut Lines, client: usize, issuer: usize) {
        if !self.is_better_auth() {
            lines.ask(
                client,
                issuer,
                "asks for a token",
                "Asks for a token, as the issuer says.",
            );
            let says = "The token. In which form the answer holds it, the contract does not say.";
            lines.reply(issuer, client, "the token", says);
            return;
        }
        let at = &self.token_endpoint.sample;
        let path = path_of(at);
        lines.ask(
            client,
            issuer,
            format!("GET {path}, with the session cookie"),
            format!(
                "With the session cookie and no body: `GET` {}.",
                self.token_endpoint.text
            ),
        );
        let says = "200 with `{\"token\": \"TOKEN\"}`. Without a session that lives it is 401: the person is signed out.";
        lines.reply(issuer, client, "200, the token", says);
    }

    fn call(&self, lines: &mut Lines, page: usize, api: usize) {
        lines.ask(
            page,
            api,
            "request, Authorization: Bearer TOKEN",
            "The request with the header `Authorization: Bearer TOKEN` and without cookies.",
        );
    }

    fn verify(&self, lines: &mut Lines, issuer: usize, api: usize) {
        if self.contract.keys.form() == KeyForm::Jwks {
            let at = &self.jwks_url.sample;
            lines.ask(
                api,
                issuer,
                format!("GET {} (if not held)", path_of(at)),
                format!(
                    "Only where the set is not held, is older than 5 minutes, or lacks the token's `kid`: `GET` {}. No redirect is followed.",
                    self.jwks_url.text
                ),
            );
            lines.reply(
                issuer,
                api,
                "200, the public keys",
                "200 with `{\"keys\": […]}`. Most requests need neither this step nor the one before.",
            );
        }
        lines.deed(
            api,
            "verifies the token",
            "Verifies the token by the checklist of \"Backend Verification Requirements\", then asks whether this person may do this.",
        );
    }

    fn expired(&self, lines: &mut Lines, client: usize, issuer: usize, api: usize) {
        lines.reply(
            api,
            client,
            "401 token_expired",
            "401 with `\"code\": \"token_expired\"`.",
        );
        let (asks, answer, says) = if self.is_better_auth() {
            (
                format!("GET {}", path_of(&self.token_endpoint.sample)),
                "200 a new token, or 401",
                "200: the request is sent once more with the new token. 401: the session has ended, and the person signs in again.",
            )
        } else {
            (
                "asks for a token".to_owned(),
                "a new token, or none",
                "With a new token the request is sent once more; without one the person signs in again.",
            )
        };
        lines.ask(client, issuer, asks, "Asks for a new token, once.");
        lines.reply(issuer, client, answer, says);
    }

    fn is_better_auth(&self) -> bool {
        *self.contract.issuer.kind == betroth_contract::IssuerKind::BetterAuth
    }
}

fn named(names: &[&'static str]) -> Vec<Party> {
    names.iter().map(|name| Party { name }).collect()
}

/// `/api/auth/token` of a whole address.
pub(in crate::design) fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..])
}
