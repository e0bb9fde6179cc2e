//! The request: what a caller writes where, and what only the server can have put there.

use std::rc::Rc;

use betroth_agreement::VerifierKind;

use super::value::{Data, Proof, RequestPart, Source, Taint, Value};
use super::{Engine, Entries, Question, State, Values};
use crate::tree::Site;

/// Words in the name of a header or cookie that carries something to be believed.
const CREDENTIAL: &[&str] = &[
    "authorization",
    "token",
    "api-key",
    "apikey",
    "secret",
    "signature",
    "session",
    "jwt",
    "auth-key",
    "access-key",
    "hmac",
    "password",
    "webhook",
];

/// Words in the name of a header or cookie that names who the caller is, or what he may do.
const IDENTITY: &[&str] = &[
    "user",
    "role",
    "email",
    "account",
    "subject",
    "tenant",
    "organization",
    "org-id",
    "owner",
    "member",
    "admin",
    "identity",
    "uid",
    "person",
    "permission",
];

/// Those of them that name a group to which a person belongs, or what the person is there: whom such a header names, the
/// caller stays who they are.
const GROUP: &[&str] = &[
    "role",
    "account",
    "tenant",
    "organization",
    "org-id",
    "member",
    "admin",
    "permission",
];

/// Headers with such a word that say nothing of who the caller is, and those against forged requests and floods.
const TECHNICAL: &[&str] = &[
    "user-agent",
    "csrf",
    "xsrf",
    "origin",
    "forwarded",
    "sec-",
    "accept",
    "content-",
    "if-",
    "idempotency",
];

/// Words in the name of an entry of `request.state` that says who the caller is.
const PERSON: &[&str] = &[
    "user",
    "auth",
    "claims",
    "identity",
    "token",
    "payload",
    "principal",
];

/// Whether a text in lower case, with `-` for `_`, has a word of a header in which the caller names a person.
pub(crate) fn names_a_person(text: &str) -> bool {
    let text = text.replace("user-agent", "");
    let mut words = IDENTITY.iter().filter(|word| !GROUP.contains(word));
    words.any(|word| text.contains(word))
}

impl<'a> Engine<'a, '_> {
    /// A value that the caller writes.
    pub(crate) fn written(
        &mut self,
        source: Source,
        name: &str,
        present: bool,
        site: Site,
    ) -> Value<'a> {
        let plain = name.to_ascii_lowercase().replace('_', "-");
        let technical = TECHNICAL.iter().any(|word| plain.contains(word));
        let credential = !technical && CREDENTIAL.iter().any(|word| plain.contains(word));
        let group = self.admitted && GROUP.iter().any(|word| plain.contains(word));
        let other = technical || credential || group;
        let identity = !other && IDENTITY.iter().any(|word| plain.contains(word));
        let (taint, kind) = match source {
            Source::Header if credential => (Taint::CREDENTIAL, "header"),
            Source::Header if identity => (Taint::IDENTITY, "header"),
            Source::Header => (Taint::CALLER, "header"),
            Source::Cookie if identity => (Taint::IDENTITY, "cookie"),
            Source::Cookie if technical => (Taint::CALLER, "cookie"),
            Source::Cookie => (Taint::CREDENTIAL, "cookie"),
            // A password beside a name is the start of a session, not a credential that stands for one.
            Source::Query
                if (credential && plain != "password") || plain == "key" || plain == "ticket" =>
            {
                (Taint::CREDENTIAL, "query parameter")
            }
            Source::Query => (Taint::CALLER, "query parameter"),
            Source::Path => (Taint::CALLER, "path parameter"),
            Source::Body => (Taint::CALLER.with(Taint::BODY), "body field"),
        };
        Value::Data(Data {
            taint,
            present,
            proof: None,
            setting: None,
            source: Some((format!("the {kind} `{name}`").into(), site)),
        })
    }

    /// `request.name`.
    pub(crate) fn request_attribute(
        &mut self,
        part: RequestPart,
        name: &str,
        site: Site,
        state: State<'a>,
    ) -> Values<'a> {
        let value = match (part, name) {
            (RequestPart::Whole | RequestPart::Socket, "headers") => {
                Value::Request(RequestPart::Headers)
            }
            (RequestPart::Whole | RequestPart::Socket, "cookies") => {
                Value::Request(RequestPart::Cookies)
            }
            (RequestPart::Whole | RequestPart::Socket, "query_params") => {
                Value::Request(RequestPart::Query)
            }
            (RequestPart::Whole | RequestPart::Socket, "path_params") => {
                Value::Request(RequestPart::PathParams)
            }
            (RequestPart::Whole | RequestPart::Socket, "state") => {
                Value::Request(RequestPart::State)
            }
            (RequestPart::Whole | RequestPart::Socket, "scope") => {
                Value::Request(RequestPart::Scope)
            }
            (RequestPart::Whole | RequestPart::Socket, "url" | "base_url") => {
                Value::Request(RequestPart::Url)
            }
            (RequestPart::Whole | RequestPart::Socket, "app") => Value::Request(RequestPart::App),
            (RequestPart::Whole | RequestPart::Socket, "session") => {
                Value::Request(RequestPart::Session)
            }
            (RequestPart::Whole | RequestPart::Socket, "method") => self.method_of_route(),
            (RequestPart::Whole | RequestPart::Socket, "user") => {
                let check = self.plain_check(site, VerifierKind::Unknown);
                Value::proof(Taint::NOTHING, Proof::Principal(check))
            }
            (RequestPart::Whole | RequestPart::Socket, "client") => Value::tainted(Taint::NOTHING),
            (RequestPart::Url, "path") => self.path_of_route(),
            (RequestPart::State, _) => return self.state_entry(name, true, site, state),
            (RequestPart::App, _) => Value::opaque(),
            _ => Value::tainted(Taint::CALLER),
        };
        vec![(state, value)]
    }

    fn method_of_route(&mut self) -> Value<'a> {
        self.asked.insert(Question::Method);
        self.route
            .as_ref()
            .map_or_else(Value::opaque, |route| Value::Str(Rc::clone(&route.method)))
    }

    fn path_of_route(&mut self) -> Value<'a> {
        self.asked.insert(Question::Path);
        self.route
            .as_ref()
            .map_or_else(Value::opaque, |route| Value::Str(Rc::clone(&route.path)))
    }

    /// An entry of `request.state`: what a middleware or an earlier dependency put there.
    ///
    /// Where nothing is known of the middleware, only the server can have written it.
    pub(crate) fn state_entry(
        &mut self,
        name: &str,
        must: bool,
        site: Site,
        state: State<'a>,
    ) -> Values<'a> {
        if let Some(value) = state.request.get(name) {
            self.state_read = true;
            let value = value.clone();
            return vec![(state, value)];
        }
        self.state_read = true;
        match self.state_known {
            Entries::Assumed => {
                let check = self.plain_check(site, VerifierKind::Unknown);
                return vec![(state, Value::proof(Taint::NOTHING, Proof::WhenTrue(check)))];
            }
            Entries::Untold => {
                let mut state = state;
                state.facts.unread.get_or_insert_with(|| {
                    (
                        format!("`request.state.{name}` may be written by a middleware that was not understood").into(),
                        site,
                    )
                });
                return vec![(state, Value::tainted(Taint::UNREAD))];
            }
            Entries::Told => {}
        }
        let person = PERSON.iter().any(|word| name.contains(word));
        if person && !self.absent.iter().any(|(known, _)| *known == site) {
            self.absent.push((site, name.into()));
        }
        // `request.state.name` raises where nobody wrote it; `getattr` with a default does not. A resource, such as a session
        // of the database, is put there by the application's `lifespan`.
        if must {
            if person {
                Vec::new()
            } else {
                vec![(state, Value::opaque())]
            }
        } else {
            vec![(state, Value::None)]
        }
    }

    /// `part[key]` or `part.get(key)`.
    pub(crate) fn request_item(
        &mut self,
        part: RequestPart,
        key: &Value<'a>,
        must: bool,
        site: Site,
        state: State<'a>,
    ) -> Values<'a> {
        let name = key.text();
        let value = match (part, name) {
            (RequestPart::Headers, Some(name)) if name.eq_ignore_ascii_case("cookie") => {
                self.written(Source::Cookie, "session", must, site)
            }
            (RequestPart::Headers, Some(name)) => self.written(Source::Header, name, must, site),
            (RequestPart::Cookies, Some(name)) => self.written(Source::Cookie, name, must, site),
            (RequestPart::Query, Some(name)) => self.written(Source::Query, name, must, site),
            (RequestPart::PathParams, Some(name)) => self.written(Source::Path, name, must, site),
            // A name kept in a setting: `request.cookies.get(settings.cookie_name)`.
            (RequestPart::Headers, None) => {
                self.written(Source::Header, "authorization", must, site)
            }
            (RequestPart::Cookies, None) => self.written(Source::Cookie, "session", must, site),
            (RequestPart::Query | RequestPart::PathParams, None) => Value::tainted(Taint::CALLER),
            // Starlette signs this cookie: what stands in it, the server wrote.
            (RequestPart::Session, _) => {
                let check = self.plain_check(site, VerifierKind::SharedSecret);
                Value::proof(Taint::NOTHING, Proof::WhenTrue(check))
            }
            (RequestPart::State, Some(name)) => return self.state_entry(name, must, site, state),
            (RequestPart::Scope, Some("path" | "raw_path")) => self.path_of_route(),
            (RequestPart::Scope, Some("method")) => self.method_of_route(),
            (RequestPart::Scope, Some("type")) => {
                self.asked.insert(Question::Socket);
                self.route.as_ref().map_or_else(Value::opaque, |route| {
                    Value::Str(
                        if route.is_socket() {
                            "websocket"
                        } else {
                            "http"
                        }
                        .into(),
                    )
                })
            }
            (RequestPart::Scope, Some("headers")) => Value::Request(RequestPart::Headers),
            (RequestPart::Scope, Some("state")) => Value::Request(RequestPart::State),
            (RequestPart::Scope, Some("session")) => Value::Request(RequestPart::Session),
            (RequestPart::Scope, Some("query_string")) => Value::tainted(Taint::CREDENTIAL),
            (RequestPart::Scope, Some(name)) if state.request.contains_key(name) => {
                return self.state_entry(name, must, site, state);
            }
            (RequestPart::Scope, Some("user")) => {
                let check = self.plain_check(site, VerifierKind::Unknown);
                Value::proof(Taint::NOTHING, Proof::Principal(check))
            }
            _ => Value::tainted(Taint::CALLER),
        };
        vec![(state, value)]
    }

    /// `part.name(…)`.
    pub(crate) fn request_method(
        &mut self,
        part: RequestPart,
        name: &str,
        arguments: &super::Arguments<'a>,
        site: Site,
        mut state: State<'a>,
    ) -> Values<'a> {
        match (part, name) {
            (
                RequestPart::Session
                | RequestPart::Scope
                | RequestPart::Headers
                | RequestPart::Cookies
                | RequestPart::Query
                | RequestPart::PathParams,
                "get" | "pop" | "getlist" | "getone",
            ) => {
                let key = arguments.positional.first().cloned().unwrap_or(Value::None);
                let mut values = self.request_item(part, &key, false, site, state);
                if let Some(default) = arguments.value(1, "default")
                    && let Value::Str(_) = default
                {
                    for (_, value) in &mut values {
                        if let Value::Data(data) = value
                            && data.taint.has(Taint::IDENTITY.with(Taint::CALLER))
                        {
                            data.present = true;
                        }
                    }
                }
                values
            }
            (RequestPart::Whole | RequestPart::Socket, "get") => {
                let key = arguments.positional.first().cloned().unwrap_or(Value::None);
                self.request_item(RequestPart::Scope, &key, false, site, state)
            }
            (
                RequestPart::Headers | RequestPart::Cookies,
                "items" | "values" | "raw" | "mutablecopy" | "keys",
            ) => vec![(state, Value::present(Taint::CREDENTIAL))],
            (
                RequestPart::Socket,
                "receive_text" | "receive_json" | "receive_bytes" | "receive",
            ) => {
                let value = Value::Data(Data {
                    taint: Taint::CREDENTIAL,
                    present: true,
                    source: Some(("the first message".into(), site)),
                    ..Data::default()
                });
                vec![(state, value)]
            }
            (RequestPart::Socket, "close") => {
                state.facts.closed = true;
                vec![(state, Value::None)]
            }
            (RequestPart::Socket, "accept" | "send_text" | "send_json" | "send_bytes" | "send") => {
                vec![(state, Value::None)]
            }
            (RequestPart::Whole, "json" | "body" | "form" | "stream") => {
                vec![(state, Value::present(Taint::CALLER.with(Taint::BODY)))]
            }
            (RequestPart::State | RequestPart::Session, "update" | "clear" | "setdefault") => {
                vec![(state, Value::None)]
            }
            (RequestPart::Url, _) => vec![(state, Value::opaque())],
            _ => vec![(state, Value::tainted(Taint::CALLER))],
        }
    }
}
