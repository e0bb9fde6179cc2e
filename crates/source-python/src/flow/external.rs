//! What is known of the functions and classes of other packages.

use std::rc::Rc;

use betroth_agreement::VerifierKind;

use super::argument::Arguments;
use super::exception::Exception;
use super::value::{Proof, RequestPart, Taint, Value};
use super::{Engine, Exits, Frame, State, Values};
use crate::tree::Site;

/// Functions that yield what they are given, in another form.
#[rustfmt::skip]
const TRANSPARENT: &[&str] = &[
    "str", "bytes", "bytearray", "int", "float", "repr", "list", "tuple", "set", "dict", "frozenset", "sorted", "reversed", "iter",
    "base64.b64decode", "base64.urlsafe_b64decode", "base64.b64encode", "base64.urlsafe_b64encode", "base64.standard_b64decode",
    "urllib.parse.unquote", "urllib.parse.quote", "urllib.parse.unquote_plus", "uuid.UUID", "copy.copy", "copy.deepcopy", "hashlib.sha256",
    "hashlib.sha512", "hashlib.sha1", "hashlib.md5", "hashlib.blake2b", "hashlib.new", "enumerate", "zip", "map", "filter", "json.dumps",
    "http.cookies.SimpleCookie", "urllib.parse.urlparse", "urllib.parse.parse_qs", "jose.utils.base64url_decode", "min", "max",
    "fastapi.encoders.jsonable_encoder", "binascii.unhexlify", "datetime.datetime.fromtimestamp", "re.match", "re.search", "re.fullmatch",
    "jwt.utils.base64url_decode", "bytes.fromhex",
];

/// Functions by which nobody is let in, whatever they are given.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "print", "len", "type", "id", "hash", "callable", "isinstance", "issubclass", "setattr", "range", "abs", "round", "vars",
    "input", "open", "object", "inspect.iscoroutinefunction", "inspect.isawaitable", "asyncio.iscoroutinefunction", "asyncio.sleep",
    "time.time", "time.perf_counter", "time.monotonic", "datetime.datetime.now", "datetime.datetime.utcnow", "uuid.uuid4", "secrets.token_hex",
    "secrets.token_urlsafe", "fastapi.security.utils.get_authorization_scheme_param_",
];

/// Packages that watch, log or limit, and let nobody in.
#[rustfmt::skip]
const WATCHING: &[&str] = &[
    "logging", "structlog", "loguru", "sentry_sdk", "prometheus_client", "opentelemetry", "slowapi", "traceback", "warnings", "time",
    "datetime", "random", "math", "contextlib", "dataclasses", "typing", "enum", "string", "textwrap",
];

impl<'a> Engine<'a, '_> {
    /// Calls something of another package, or of Python.
    pub(crate) fn call_external(
        &mut self,
        frame: &Frame<'a>,
        name: &Rc<str>,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let last = name.rsplit('.').next().unwrap_or(name);
        let package = name.split('.').next().unwrap_or(name);
        let first = arguments.positional.first();
        let value = match name.as_ref() {
            "jwt.decode"
            | "jwt.decode_complete"
            | "jwt.api_jwt.decode"
            | "jose.jwt.decode"
            | "jose.jws.verify"
            | "authlib.jose.jwt.decode"
            | "joserfc.jwt.decode"
            | "joserfc.jws.deserialize_compact"
            | "jwt.api_jws.decode" => return self.decode(name, arguments, site, state, exits),
            "jwt.encode" | "jose.jwt.encode" | "joserfc.jwt.encode" => {
                return self.encode(name, arguments, site, state);
            }
            "authlib.jose.jwt.encode" => {
                return self.encode(
                    name,
                    &Arguments::of(arguments.positional.iter().skip(1).rev().cloned().collect()),
                    site,
                    state,
                );
            }
            "jose.jwt.get_unverified_claims" | "jose.jws.get_unverified_claims" => {
                if !self.unverified.iter().any(|(known, ..)| *known == site) {
                    self.unverified
                        .push((site, "jose".into(), vec!["verify_signature".into()]));
                }
                self.unverified_claims()
            }
            "jwt.get_unverified_header"
            | "jose.jwt.get_unverified_header"
            | "jose.jwt.get_unverified_headers"
            | "jose.jws.get_unverified_header" => {
                exits.raises.push((state.clone(), Exception::Token));
                Value::present(Taint::NOTHING)
            }
            "json.loads" | "orjson.loads" | "ujson.loads" => {
                let taint = first.map_or(Taint::NOTHING, Value::taint);
                // A part of the credential, read as JSON: claims that nobody verified.
                let socket = first
                    .and_then(Value::source)
                    .is_some_and(|(what, _)| what.as_ref() == "the first message");
                if taint.has(Taint::CREDENTIAL) && !socket {
                    self.unverified_claims()
                } else {
                    first.map_or_else(Value::opaque, Value::derived)
                }
            }
            "os.getenv"
            | "os.environ.get"
            | "environ.get"
            | "decouple.config"
            | "starlette.config.Config" => {
                let default = arguments
                    .value(1, "default")
                    .and_then(|value| value.text().map(Rc::from));
                Value::setting(
                    first.and_then(Value::text).unwrap_or("the environment"),
                    default,
                )
            }
            "hmac.compare_digest" | "secrets.compare_digest" => {
                match arguments.positional.as_slice() {
                    [left, right] => {
                        let (left, right) = (left.clone(), right.clone());
                        self.equal(&left, &right, true, site, &mut state)
                    }
                    _ => Value::opaque(),
                }
            }
            "hmac.new" | "hmac.digest" => {
                let mut value = Value::computed(arguments.all());
                if let Value::Data(data) = &mut value {
                    // A digest with a key: computed by who holds the key.
                    data.taint = data.taint.with(Taint::SECRET);
                    data.setting = None;
                }
                value
            }
            "functools.partial" => match first {
                Some(callee) => {
                    let bound = arguments
                        .positional
                        .iter()
                        .skip(1)
                        .map(|value| (None, value.clone()))
                        .chain(
                            arguments
                                .keywords
                                .iter()
                                .map(|(name, value)| (Some(Rc::clone(name)), value.clone())),
                        );
                    Value::Partial(Rc::new((callee.clone(), bound.collect())))
                }
                None => Value::opaque(),
            },
            "typing.cast" | "cast" => arguments
                .positional
                .get(1)
                .cloned()
                .unwrap_or_else(Value::opaque),
            "asyncio.wait_for"
            | "asyncio.shield"
            | "asyncio.create_task"
            | "asyncio.ensure_future"
            | "asyncio.run"
            | "next"
            | "anext"
            | "inspect.cleandoc" => first.cloned().unwrap_or_else(Value::opaque),
            "asyncio.to_thread"
            | "anyio.to_thread.run_sync"
            | "starlette.concurrency.run_in_threadpool"
            | "fastapi.concurrency.run_in_threadpool"
            | "asgiref.sync.sync_to_async" => {
                let Some(callee) = first.cloned() else {
                    return vec![(state, Value::opaque())];
                };
                let inner = Arguments {
                    positional: arguments.positional.iter().skip(1).cloned().collect(),
                    keywords: arguments
                        .keywords
                        .iter()
                        .filter(|(name, _)| {
                            !matches!(
                                name.as_ref(),
                                "limiter" | "cancellable" | "abandon_on_cancel"
                            )
                        })
                        .cloned()
                        .collect(),
                    rest: arguments.rest.clone(),
                };
                return self.running(false, |engine| {
                    engine.call(frame, &callee, None, inner, site, state, exits)
                });
            }
            "hasattr" => match arguments.positional.as_slice() {
                [Value::Request(RequestPart::State), Value::Str(member)]
                    if self.state_known == super::Entries::Told =>
                {
                    self.state_read = true;
                    match state.request.get(member) {
                        // Paths on which it was and was not written were brought together.
                        Some(value) if *value == Value::opaque() => Value::opaque(),
                        Some(_) => Value::Bool(true),
                        None => Value::Bool(false),
                    }
                }
                _ => {
                    let mut value = Value::computed(arguments.all());
                    if let Value::Data(data) = &mut value {
                        data.taint = data.taint.without(Taint::CREDENTIAL.with(Taint::REQUEST));
                    }
                    value
                }
            },
            "getattr" => {
                if let [object, Value::Str(member), ..] = arguments.positional.as_slice() {
                    let (object, member) = (object.clone(), Rc::clone(member));
                    if let Value::Request(RequestPart::State) = object {
                        return self.state_entry(
                            &member,
                            arguments.positional.len() < 3,
                            site,
                            state,
                        );
                    }
                    return self.attribute(&object, &member, site, state, exits);
                }
                Value::computed(arguments.all())
            }
            // A pattern tried on the path of the request.
            "re.match" | "re.search" | "re.fullmatch" => {
                match (first, arguments.positional.get(1)) {
                    (Some(Value::Str(pattern)), Some(Value::Str(text))) => {
                        match super::pattern::matches(last, pattern, text) {
                            Some(true) => Value::present(Taint::NOTHING),
                            Some(false) => Value::None,
                            None => Value::opaque(),
                        }
                    }
                    _ => Value::computed(arguments.all()),
                }
            }
            "any" | "all" => match first {
                Some(Value::List(items)) => {
                    let truths: Option<Vec<bool>> = items
                        .iter()
                        .map(|item| match item {
                            Value::Bool(truth) => Some(*truth),
                            Value::None => Some(false),
                            item if item.is_bland() && item.is_present() => Some(true),
                            _ => None,
                        })
                        .collect();
                    match truths {
                        Some(truths) => Value::Bool(if last == "any" {
                            truths.contains(&true)
                        } else {
                            !truths.contains(&false)
                        }),
                        None => match items.iter().find_map(Value::check) {
                            Some(proof)
                                if last == "any"
                                    && items.iter().all(|item| item.check().is_some()) =>
                            {
                                Value::proof(Taint::NOTHING, proof)
                            }
                            _ => Value::tainted(
                                Value::computed(items.iter())
                                    .taint()
                                    .without(Taint::CREDENTIAL),
                            ),
                        },
                    }
                }
                Some(other) => match other.check() {
                    Some(proof @ Proof::WhenTrue(_)) if last == "any" => {
                        Value::proof(Taint::NOTHING, proof)
                    }
                    _ => Value::tainted(other.taint().without(Taint::CREDENTIAL)),
                },
                None => Value::opaque(),
            },
            "bool" => match first {
                Some(value @ Value::Data(_)) => value.clone(),
                Some(Value::None) | None => Value::Bool(false),
                Some(other) => {
                    let truths = self.split(None, other.clone(), state.clone());
                    match truths.as_slice() {
                        [(truth, _)] => Value::Bool(*truth),
                        _ => other.derived(),
                    }
                }
            },
            "sqlalchemy.text"
            | "sqlmodel.text"
            | "sqlalchemy.sql.text"
            | "sqlalchemy.sql.expression.text" => self.statement_text(arguments),
            "sqlalchemy.func.lower" | "sqlmodel.col" | "sqlalchemy.func.upper" => {
                first.cloned().unwrap_or_else(Value::opaque)
            }
            "sqlalchemy.and_" | "sqlmodel.and_" | "sqlalchemy.or_" | "sqlmodel.or_" => {
                match arguments.all().find(|value| value.check().is_some()) {
                    Some(value)
                        if last == "and_"
                            || arguments.all().all(|value| value.check().is_some()) =>
                    {
                        value.clone()
                    }
                    _ => Value::computed(arguments.all()),
                }
            }
            "sqlalchemy.bindparam" => Value::computed(arguments.all()),
            "fastapi.security.utils.get_authorization_scheme_param" => {
                let derived = first.map_or_else(Value::opaque, Value::derived);
                Value::List([Value::tainted(Taint::CALLER), derived].into())
            }
            "betroth.fastapi.Betroth" | "betroth.fastapi.Betroth.from_contract" => {
                super::betroth::made(name, arguments)
            }
            "fastapi_users.required_user" | "fastapi_users.optional_user" => {
                let check = self.library_check(site, VerifierKind::Unknown, "fastapi_users");
                if last == "required_user" {
                    exits
                        .raises
                        .push((state.clone(), Exception::Http(Some(401))));
                    state.facts.verify(check);
                    Value::present(Taint::VERIFIED)
                } else {
                    Value::proof(Taint::NOTHING, Proof::WhenTrue(check))
                }
            }
            "google.oauth2.id_token.verify_oauth2_token"
            | "google.oauth2.id_token.verify_token"
            | "google.oauth2.id_token.verify_firebase_token"
            | "firebase_admin.auth.verify_id_token"
            | "firebase_admin.auth.verify_session_cookie"
            | "jwcrypto.jwt.JWT"
            | "stripe.Webhook.construct_event"
                if arguments.taint().has(Taint::CREDENTIAL) =>
            {
                exits.raises.push((state.clone(), Exception::Token));
                let kind = if package == "jwcrypto" || package == "stripe" {
                    VerifierKind::SharedSecret
                } else {
                    VerifierKind::Jwks
                };
                let check = self.library_check(site, kind, package);
                state.facts.verify(check);
                Value::present(Taint::VERIFIED)
            }
            "requests.get"
            | "requests.post"
            | "requests.request"
            | "httpx.get"
            | "httpx.post"
            | "httpx.request"
            | "urllib.request.urlopen" => {
                return self.http_call(last, arguments, site, state);
            }
            _ => return self.call_other(frame, name, arguments, site, state, exits),
        };
        vec![(state, value)]
    }

    fn call_other(
        &mut self,
        frame: &Frame<'a>,
        name: &Rc<str>,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let last = name.rsplit('.').next().unwrap_or(name);
        let package = name.split('.').next().unwrap_or(name);
        if let Some(value) = self.framework(name, last, arguments) {
            return vec![(state, value)];
        }
        if TRANSPARENT.contains(&name.as_ref()) {
            if matches!(name.as_ref(), "uuid.UUID" | "int")
                && arguments.taint().has(Taint::VERIFIED)
                && !self.conversions.iter().any(|(known, _)| *known == site)
            {
                self.conversions.push((site, Rc::clone(name)));
            }
            let mut value = match (last, arguments.positional.as_slice()) {
                ("list" | "tuple" | "set" | "frozenset" | "sorted", [value @ Value::List(_)]) => {
                    value.clone()
                }
                ("dict", [value @ Value::Dict(_)]) => value.clone(),
                ("str", [value @ Value::Str(_)]) => value.clone(),
                ("list" | "dict" | "set", []) => return vec![(state, Value::opaque())],
                _ => Value::computed(arguments.all()),
            };
            if let Value::Data(data) = &mut value {
                data.present = matches!(last, "str" | "sha256" | "sha512" | "dumps");
            }
            if exits.guarded && matches!(last, "int" | "UUID") {
                exits
                    .raises
                    .push((state.clone(), Exception::External("ValueError".into())));
            }
            return vec![(state, value)];
        }
        if HARMLESS.contains(&name.as_ref()) || WATCHING.contains(&package) {
            let value = if name.as_ref() == "len" {
                match arguments.positional.first() {
                    Some(Value::List(items)) => {
                        Value::Int(i64::try_from(items.len()).unwrap_or(i64::MAX))
                    }
                    _ => Value::opaque(),
                }
            } else if matches!(package, "contextlib" | "logging" | "slowapi") {
                Value::Made(Rc::clone(name))
            } else {
                Value::opaque()
            };
            return vec![(state, value)];
        }
        // Deriving from a security scheme is read; an exception made is one to be raised.
        if last.ends_with("Exception") || last.ends_with("Error") {
            let status = arguments
                .value(0, "status_code")
                .and_then(|value| match value {
                    Value::Int(status) => Some(*status),
                    _ => None,
                });
            return vec![(state, Value::Exception(exception(name, status)))];
        }
        let taint = arguments.taint();
        let class = last.chars().next().is_some_and(char::is_uppercase);
        if package == "sqlalchemy" || package == "sqlmodel" || package == "pydantic" {
            let proof = arguments.all().find(|value| value.check().is_some());
            return vec![(
                state,
                proof
                    .cloned()
                    .unwrap_or_else(|| Value::Made(Rc::clone(name))),
            )];
        }
        if taint.has(Taint::CREDENTIAL.with(Taint::REQUEST)) {
            return self.unread_call(&format!("`{name}`"), arguments, site, state);
        }
        for argument in arguments.all() {
            state.believe(argument, site);
        }
        let _ = frame;
        if class
            || arguments.positional.is_empty() && arguments.keywords.is_empty()
            || name.contains("from_url")
            || name.contains("Factory")
        {
            return vec![(state, Value::Made(Rc::clone(name)))];
        }
        let mut value = Value::computed(arguments.all());
        if let Value::Data(data) = &mut value {
            data.setting = None;
        }
        vec![(state, value)]
    }
}

/// The exception that a class of another package is.
pub(crate) fn exception<'a>(name: &str, status: Option<i64>) -> Exception<'a> {
    match name.rsplit('.').next().unwrap_or(name) {
        "HTTPException" | "StarletteHTTPException" | "WebSocketException" => {
            Exception::Http(status)
        }
        _ => Exception::External(name.into()),
    }
}
