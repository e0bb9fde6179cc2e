//! Methods of things that are no objects of the tree: strings, collections, requests, foreign objects.

use std::rc::Rc;

use betroth_agreement::VerifierKind;
use ruff_python_ast::Expr;

use super::argument::Arguments;
use super::condition::{constant_equal, path_of};
use super::name::STORE;
use super::value::{Proof, Taint, Value};
use super::{Engine, Exits, Frame, Site, State, Values};

impl<'a> Engine<'a, '_> {
    /// Calls `receiver.name(…)`.
    #[expect(clippy::too_many_arguments, reason = "a call is all of these")]
    pub(crate) fn call_method(
        &mut self,
        frame: &Frame<'a>,
        receiver: &Value<'a>,
        named: Option<&'a Expr>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let first = arguments.positional.first();
        match receiver {
            Value::Request(part) => {
                return self.request_method(*part, name, arguments, site, state);
            }
            // A model made of what the caller wrote.
            Value::Class(module, class)
                if VALIDATES.contains(&name) && self.find(*module, *class, name).is_none() =>
            {
                let mut value = Value::computed(arguments.all());
                if let Value::Data(data) = &mut value {
                    data.present = true;
                }
                exits.raises.push((
                    state.clone(),
                    super::Exception::External("pydantic.ValidationError".into()),
                ));
                return vec![(state, value)];
            }
            // A statement in text, with its parameters bound.
            Value::Str(text) if matches!(name, "bindparams" | "bindparam" | "params") => {
                let value = match self.bound_statement(text, arguments, site) {
                    Some(value) => value,
                    None => receiver.clone(),
                };
                return vec![(state, value)];
            }
            Value::Str(text) => {
                if name == "startswith"
                    && text.starts_with('/')
                    && first.is_some_and(is_empty_prefix)
                    && !self.empty_prefixes.contains(&site)
                {
                    self.empty_prefixes.push(site);
                }
                if let Some(value) = string_method(text, name, arguments) {
                    return vec![(state, value)];
                }
                return vec![(state, Value::computed(arguments.all().chain([receiver])))];
            }
            Value::Dict(items) if matches!(name, "get" | "pop") => {
                let key = first.cloned().unwrap_or(Value::None);
                for (known, value) in items.iter() {
                    if constant_equal(known, &key) == Some(true) {
                        return vec![(state, value.clone())];
                    }
                }
                if items
                    .iter()
                    .all(|(known, _)| constant_equal(known, &key) == Some(false))
                {
                    return vec![(
                        state,
                        arguments.positional.get(1).cloned().unwrap_or(Value::None),
                    )];
                }
                if key.taint().has(Taint::CREDENTIAL) {
                    let check = self.plain_check(site, VerifierKind::SharedSecret);
                    return vec![(state, Value::proof(Taint::NOTHING, Proof::WhenTrue(check)))];
                }
                state.believe(&key, site);
                return vec![(
                    state,
                    Value::computed(items.iter().map(|(_, value)| value)).derived(),
                )];
            }
            Value::Dict(items) => {
                let value = match name {
                    "copy" => receiver.clone(),
                    "keys" => Value::List(items.iter().map(|(key, _)| key.clone()).collect()),
                    "values" => Value::List(items.iter().map(|(_, value)| value.clone()).collect()),
                    "items" => Value::List(
                        items
                            .iter()
                            .map(|(key, value)| Value::List([key.clone(), value.clone()].into()))
                            .collect(),
                    ),
                    "update" | "setdefault" => {
                        self.rebind(
                            named,
                            Value::computed(arguments.all().chain([receiver])),
                            &mut state,
                        );
                        Value::None
                    }
                    _ => receiver.derived(),
                };
                return vec![(state, value)];
            }
            Value::List(_) => {
                if matches!(name, "append" | "add" | "extend" | "insert" | "update") {
                    self.rebind(
                        named,
                        Value::computed(arguments.all().chain([receiver])),
                        &mut state,
                    );
                    return vec![(state, Value::None)];
                }
                return vec![(state, receiver.derived())];
            }
            Value::Made(made) if made.as_ref() == STORE => {
                return self.store_method(name, arguments, site, state);
            }
            Value::Made(made) => {
                let made = Rc::clone(made);
                return self
                    .made_method(frame, &made, receiver, name, arguments, site, state, exits);
            }
            Value::Member(member) => {
                // `router.routes.append(…)`, `client.sessions.verify(token)`: by the whole dotted name.
                if let Some(dotted) = receiver.dotted() {
                    return self.made_method(
                        frame,
                        &Rc::from(dotted),
                        receiver,
                        name,
                        arguments,
                        site,
                        state,
                        exits,
                    );
                }
                let inner = Value::computed([&member.0]);
                return self.data_method(frame, &inner, named, name, arguments, site, state, exits);
            }
            Value::Super(module, class, bound) => {
                return self.super_method(
                    *module,
                    *class,
                    &Rc::clone(bound),
                    name,
                    arguments,
                    site,
                    state,
                    exits,
                );
            }
            Value::Scheme(scheme) if name == "__call__" => {
                let scheme = Rc::clone(scheme);
                return self.call_scheme(&scheme, site, state, exits);
            }
            Value::Exception(_) | Value::Response(_) | Value::Int(_) | Value::Bool(_) => {
                return vec![(state, Value::opaque())];
            }
            _ => {}
        }
        self.data_method(frame, receiver, named, name, arguments, site, state, exits)
    }

    /// A method of a value of which only its taint and proof are known.
    #[expect(clippy::too_many_arguments, reason = "a call is all of these")]
    fn data_method(
        &mut self,
        frame: &Frame<'a>,
        receiver: &Value<'a>,
        named: Option<&'a Expr>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        if let Some(values) = self.answer_method(receiver, name, arguments, site, &state, exits) {
            return values;
        }
        if let Some(values) =
            self.query_method(receiver, named, name, arguments, site, &state, exits)
        {
            return values;
        }
        let taint = receiver.taint();
        if TRANSPARENT.contains(&name) {
            let mut value = Value::computed(
                [receiver].into_iter().chain(
                    arguments
                        .all()
                        .filter(|value| value.taint().has(Taint::SECRET)),
                ),
            );
            if let Value::Data(data) = &mut value {
                // A part of a present string is present; whether it is empty is not known.
                data.present = receiver_present(receiver)
                    && !matches!(
                        name,
                        "get" | "pop" | "strip" | "removeprefix" | "replace" | "group"
                    );
                if matches!(name, "startswith" | "endswith" | "isdigit" | "isalnum") {
                    data.taint = data.taint.without(
                        Taint::CREDENTIAL
                            .with(Taint::IDENTITY)
                            .with(Taint::UNVERIFIED),
                    );
                    data.source = None;
                    data.present = false;
                    data.setting = data
                        .setting
                        .take()
                        .filter(|_| !taint.has(Taint::CREDENTIAL));
                }
                if name == "get"
                    && arguments.positional.get(1).is_some_and(
                        |default| matches!(default, Value::Str(text) if !text.is_empty()),
                    )
                {
                    data.present = true;
                }
            }
            match (receiver.check(), name) {
                // `null.get(…)` raises.
                (Some(Proof::WhenTrue(check)), "get") => state.facts.verify(check),
                (Some(Proof::Answer(check)), "get") => {
                    return vec![(state, Value::proof(Taint::NOTHING, Proof::WhenTrue(check)))];
                }
                _ => {}
            }
            if name == "get"
                && let Some(key) = arguments.positional.first()
                && taint == Taint::NOTHING
                && key.taint().has(Taint::CREDENTIAL)
            {
                // A look-up by the credential in something that was not read.
                return self.unread_call("a collection", arguments, site, state);
            }
            return vec![(state, value)];
        }
        // The key for a token, fetched by its `kid`, from a client that was not read: a key, not a proof.
        if matches!(name, "get_signing_key_from_jwt" | "get_signing_key") {
            exits.raises.push((state.clone(), super::Exception::Token));
            return vec![(state, Value::Made("jwt.PyJWK".into()))];
        }
        // `signature.verify(…)`, `hmac.verify(…)` of an object made with a secret raises if it does not hold.
        if name == "verify"
            && (taint.has(Taint::SECRET) || arguments.taint().has(Taint::CREDENTIAL))
            && key_object(receiver)
        {
            let check = self.plain_check(site, VerifierKind::SharedSecret);
            exits.raises.push((state.clone(), super::Exception::Token));
            state.facts.verify(check);
            return vec![(state, Value::present(Taint::VERIFIED))];
        }
        if named.is_some_and(names_http_client)
            && matches!(name, "get" | "post" | "put" | "request")
            && ["headers", "cookies", "json", "data", "params", "content"]
                .iter()
                .any(|keyword| arguments.keyword(keyword).is_some())
        {
            return self.http_call(name, arguments, site, state);
        }
        if arguments
            .taint()
            .has(Taint::CREDENTIAL.with(Taint::REQUEST))
            && !HARMLESS.contains(&name)
        {
            let what = named
                .and_then(path_of)
                .map_or_else(|| format!("`{name}`"), |path| format!("`{path}`"));
            return self.unread_call(&what, arguments, site, state);
        }
        if taint == Taint::NOTHING || !HARMLESS.contains(&name) {
            for argument in arguments.all() {
                if !HARMLESS.contains(&name) {
                    state.believe(argument, site);
                }
            }
        }
        let mut value = Value::computed(arguments.all().chain([receiver]));
        if let Value::Data(data) = &mut value {
            data.taint = data.taint.without(Taint::REQUEST);
            if !arguments.positional.is_empty() {
                data.setting = None;
            }
        }
        let _ = frame;
        vec![(state, value)]
    }

    /// A collection of the module that the running program fills: what stands under a credential, it put there.
    fn store_method(
        &mut self,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
        state: State<'a>,
    ) -> Values<'a> {
        let by_credential = arguments
            .positional
            .first()
            .is_some_and(|key| key.taint().has(Taint::CREDENTIAL.with(Taint::REQUEST)));
        if by_credential && matches!(name, "get" | "pop") {
            let check = self.plain_check(site, VerifierKind::SessionLookup);
            return vec![(state, Value::proof(Taint::NOTHING, Proof::WhenTrue(check)))];
        }
        vec![(state, Value::opaque())]
    }

    /// Binds the name on which a method was called anew: the method changed the object.
    pub(crate) fn rebind(
        &mut self,
        named: Option<&'a Expr>,
        value: Value<'a>,
        state: &mut State<'a>,
    ) {
        if let Some(Expr::Attribute(attribute)) = named
            && let Some(path) = path_of(&attribute.value)
            && state.locals.value(&path).is_some()
        {
            if path.contains('.') {
                state.refine(&path, value);
            } else {
                state.bind(&path, value);
            }
        }
    }
}

/// Methods that yield a part or another form of what they are called on.
#[rustfmt::skip]
const TRANSPARENT: &[&str] = &[
    "split", "rsplit", "strip", "lstrip", "rstrip", "lower", "upper", "replace", "removeprefix", "removesuffix", "partition",
    "rpartition", "encode", "decode", "startswith", "endswith", "get", "pop", "hexdigest", "digest", "group", "groups", "copy",
    "get_secret_value", "isdigit", "isalnum", "title", "casefold", "hex", "ljust", "rjust", "zfill", "model_dump", "dict", "items",
    "values", "keys", "isoformat", "timestamp", "as_dict", "to_dict", "splitlines", "format", "translate",
];

/// Methods by which nothing is let in: logs, counters, stores.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "set_tag", "set_user", "bind", "add_task",
    "append", "add", "update", "set", "setex", "increment", "incr", "observe", "labels", "inc", "capture_exception", "set_cookie",
    "delete_cookie", "emit", "publish", "close", "commit", "rollback", "flush", "discard", "remove", "trace", "count", "index", "join",
    "delete", "hset", "expire", "incrby", "sadd", "srem", "zadd", "lpush", "rpush", "unlink",
];

/// Whether every path begins with a text, or with one of several.
fn is_empty_prefix(value: &Value<'_>) -> bool {
    match value {
        Value::Str(text) => matches!(&**text, "/" | ""),
        Value::List(items) => items.iter().any(is_empty_prefix),
        _ => false,
    }
}

fn receiver_present(value: &Value<'_>) -> bool {
    match value {
        Value::Data(data) => data.present,
        _ => true,
    }
}

fn key_object(value: &Value<'_>) -> bool {
    matches!(value, Value::Data(_) | Value::Made(_))
        && (value.taint().has(Taint::SECRET) || value.taint() == Taint::NOTHING)
}

fn string_method<'a>(text: &str, name: &str, arguments: &Arguments<'a>) -> Option<Value<'a>> {
    let given: Vec<&str> = match arguments.positional.first() {
        Some(Value::Str(text)) => vec![text],
        Some(Value::List(items)) => items.iter().map(Value::text).collect::<Option<_>>()?,
        Some(_) => return None,
        None => Vec::new(),
    };
    Some(match name {
        "startswith" => Value::Bool(given.iter().any(|prefix| text.starts_with(prefix))),
        "endswith" => Value::Bool(given.iter().any(|suffix| text.ends_with(suffix))),
        "lower" | "casefold" => Value::Str(text.to_lowercase().into()),
        "upper" => Value::Str(text.to_uppercase().into()),
        "strip" if given.is_empty() => Value::Str(text.trim().into()),
        "rstrip" => Value::Str(
            given
                .first()
                .map_or(text.trim_end(), |set| {
                    text.trim_end_matches(|c| set.contains(c))
                })
                .into(),
        ),
        "lstrip" => Value::Str(
            given
                .first()
                .map_or(text.trim_start(), |set| {
                    text.trim_start_matches(|c| set.contains(c))
                })
                .into(),
        ),
        "split" => match given.first() {
            Some(separator) if !separator.is_empty() => Value::List(
                text.split(separator)
                    .map(|part| Value::Str(part.into()))
                    .collect(),
            ),
            Some(_) => return None,
            None => Value::List(
                text.split_whitespace()
                    .map(|part| Value::Str(part.into()))
                    .collect(),
            ),
        },
        "encode" | "decode" => Value::Str(text.into()),
        _ => return None,
    })
}

/// Class methods of pydantic that make a model.
const VALIDATES: &[&str] = &[
    "model_validate",
    "model_validate_json",
    "parse_obj",
    "parse_raw",
    "from_orm",
    "model_construct",
];

/// Whether a method is called on something that goes by a name for clients of HTTP: `http_client.post`, `self._client.get`.
fn names_http_client(expr: &Expr) -> bool {
    let Expr::Attribute(method) = expr else {
        return false;
    };
    let name = match &*method.value {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    name.ends_with("client") || name.ends_with("http") || name.ends_with("http_session")
}
