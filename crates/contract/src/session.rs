//! `[session]`: where the session itself is a credential.

use serde_json::Value;

use crate::error::{ContractError, ErrorKind, Fault};
use crate::form::{Form, Layout, table, words};
use crate::node::Node;
use crate::reader::Reader;
use crate::value::CookieName;
use crate::{Entry, Secret};

words! {
    /// A form in which a session is shown to the API.
    pub enum SessionCredential {
        /// The signed cookie of Better Auth.
        SessionCookie = "session-cookie",
        /// The session's token as a bearer token.
        SessionToken = "session-token",
        /// The copy of the session that Better Auth keeps in a cookie.
        CookieCache = "cookie-cache",
    }
}

words! {
    /// Where it is asked whether a session still lives.
    enum LookupKind {
        /// The issuer's database.
        Database = "database",
        /// The issuer's `get-session`.
        GetSession = "get-session",
    }
}

words! {
    /// How Better Auth writes its cookie cache, `session.cookieCache.strategy`.
    pub enum CacheStrategy {
        /// JSON with a signature.
        Compact = "compact",
        /// A signed token.
        Jwt = "jwt",
        /// An encrypted token.
        Jwe = "jwe",
    }
}

/// Where it is asked whether a session still lives, with what that takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The issuer's database, at this address.
    Database(Entry<Secret>),
    /// The issuer's `get-session`.
    GetSession,
}

/// How a session is accepted as a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The accepted forms; at least one.
    pub accept: Entry<Vec<SessionCredential>>,
    /// The cookie's name, with and without `__Secure-`.
    pub cookie: Entry<CookieName>,
    /// How the cookie cache is written.
    pub strategy: Entry<CacheStrategy>,
    /// Where it is asked whether a session still lives.
    pub lookup: Lookup,
    /// Checks the cookie's signature.
    pub secret: Entry<Secret>,
}

table! {
    /// Only where the session itself is a credential.
    struct Written {
        /// The accepted forms.
        accept: Vec<SessionCredential> = ["session-cookie"],
        /// The cookie's name, with and without `__Secure-`.
        cookie: CookieName = "better-auth.session_token",
        /// How the cookie cache is written: `session.cookieCache.strategy` of Better Auth.
        strategy: CacheStrategy = "compact",
        /// Where it is asked whether a session still lives.
        lookup: LookupKind = "database",
        /// With `lookup = "database"` alone: the database's address, which holds a password.
        database: Secret = { env = "DATABASE_URL" },
        /// Checks the cookie's signature.
        secret: Secret = { env = "BETTER_AUTH_SECRET" },
    }
}

/// What the names of the session's cookie and of its cache end with, where Better Auth makes both.
const ENDINGS: (&str, &str) = ("session_token", "session_data");

impl Session {
    /// The name of the cookie cache, without `__Secure-`: that of the cookie with another end; `None` where it has a
    /// name of its own.
    pub fn cache_cookie(&self) -> Option<String> {
        let prefix = self.cookie.as_str().strip_suffix(ENDINGS.0)?;
        Some(format!("{prefix}{}", ENDINGS.1))
    }
}

impl Form for Session {
    const LAYOUT: Layout = Layout::Table;

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let session = Written::read(node, reader)?;
        if let Some(fault) = order_fault(&session.accept) {
            reader.push(invalid(&session.accept, fault));
            return None;
        }
        let has_cache = session.accept.contains(&SessionCredential::CookieCache);
        if has_cache && !session.cookie.as_str().ends_with(ENDINGS.0) {
            let fault = Fault::new(
                "does not tell the name of its cookie cache",
                "that follows from a name that ends in `session_token`",
                "leave `cookie-cache` out of `accept`, or have Better Auth name both cookies by a prefix",
            );
            reader.push(invalid(&session.cookie, fault));
            return None;
        }
        let lookup = match *session.lookup {
            LookupKind::Database => Lookup::Database(session.database),
            LookupKind::GetSession if session.database.span().is_some() => {
                let fault = Fault::new(
                    "is not read where `session.lookup` is `get-session`",
                    "",
                    "remove it, or write `lookup = \"database\"`",
                );
                let (key, span) = (session.database.key(), session.database.span());
                let error = ContractError::new(ErrorKind::Contradiction, key, span, fault);
                reader.push(error.related(session.lookup.span(), "the lookup"));
                return None;
            }
            LookupKind::GetSession => Lookup::GetSession,
        };
        Some(Self {
            accept: session.accept,
            cookie: session.cookie,
            strategy: session.strategy,
            lookup,
            secret: session.secret,
        })
    }

    fn example() -> String {
        Written::example()
    }

    fn schema() -> Value {
        Written::schema()
    }
}

fn invalid<T>(entry: &Entry<T>, fault: Fault) -> ContractError {
    ContractError::new(ErrorKind::InvalidValue, entry.key(), entry.span(), fault)
}

/// What is wrong with the accepted forms as a list.
fn order_fault(accept: &[SessionCredential]) -> Option<Fault> {
    if accept.is_empty() {
        return Some(Fault::new(
            "names no form of session",
            "",
            "write `accept = [\"session-cookie\"]`, or remove `[session]`",
        ));
    }
    let place = |form| accept.iter().position(|accepted| *accepted == form);
    let cookie = place(SessionCredential::SessionCookie)?;
    let cache = place(SessionCredential::CookieCache)?;
    (cookie < cache).then(|| {
        Fault::new(
            "never comes to the cookie cache: each request that has it has the session cookie too",
            "",
            "write `cookie-cache` before `session-cookie`, or leave it out",
        )
    })
}
