//! Other services asked with the credential: HTTP clients, key-value stores, identity providers.

use std::rc::Rc;

use betroth_agreement::VerifierKind;

use super::argument::Arguments;
use super::value::{Proof, Taint, Value};
use super::{CheckFact, Engine, Exits, Frame, State, Values};
use crate::tree::Site;

/// Packages whose clients speak HTTP.
const HTTP: &[&str] = &["httpx", "requests", "aiohttp", "urllib3", "niquests"];

/// Packages whose clients keep values under keys.
const STORES: &[&str] = &[
    "redis",
    "aioredis",
    "aiocache",
    "cachetools",
    "fakeredis",
    "valkey",
];

/// Whether an object made by another package keeps values under keys.
pub(crate) fn is_store(made: &str) -> bool {
    STORES.contains(&made.split('.').next().unwrap_or(made))
}

/// Methods of identity providers' clients that raise where the credential is not good.
#[rustfmt::skip]
const RAISE: &[(&str, &str)] = &[
    ("jwt.JWT", "decode"), ("itsdangerous", "loads"), ("itsdangerous", "unsign"), ("firebase_admin.auth", "verify_id_token"),
    ("authlib.jose.JsonWebToken", "decode"), ("authx.AuthX", "get_current_subject"), ("authx.AuthX", "verify_token"),
    ("jwcrypto.jwt.JWT", "deserialize"), ("jwcrypto.jwt.JWT", "validate"), ("stripe.Webhook", "construct_event"), ("svix", "verify"),
    ("joserfc.jwt.JWTClaimsRegistry", "validate"), ("fastapi_jwt_auth.AuthJWT", "jwt_required"), ("nacl.signing.VerifyKey", "verify"),
    ("jose.jwt", "decode"), ("google.oauth2.id_token", "verify_oauth2_token"), ("keycloak", "decode_token"),
];

/// Methods that answer with something to be tested.
#[rustfmt::skip]
const ANSWER: &[(&str, &str)] = &[
    ("supabase", "get_user"), ("clerk_backend_api", "authenticate_request"), ("workos", "authenticate"), ("gotrue", "get_user"),
    ("passlib", "verify"),
];

impl<'a> Engine<'a, '_> {
    /// A method of an object made by another package.
    #[expect(clippy::too_many_arguments, reason = "a call is all of these")]
    pub(crate) fn made_method(
        &mut self,
        frame: &Frame<'a>,
        made: &Rc<str>,
        receiver: &Value<'a>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let package = made.split('.').next().unwrap_or(made);
        let taint = arguments.taint();
        if HTTP.contains(&package) {
            return self.http_call(name, arguments, site, state);
        }
        if STORES.contains(&package)
            && matches!(
                name,
                "get" | "hget" | "hgetall" | "exists" | "sismember" | "getdel"
            )
            && taint.has(Taint::CREDENTIAL)
        {
            let check = self.plain_check(site, VerifierKind::SessionLookup);
            return vec![(state, Value::proof(Taint::NOTHING, Proof::WhenTrue(check)))];
        }
        if name == "decode"
            && matches!(
                made.as_ref(),
                "jwt.JWT" | "jwt.PyJWT" | "authlib.jose.JsonWebToken" | "jwt"
            )
        {
            return self.decode(made, arguments, site, state, exits);
        }
        // The key for a token, fetched by its `kid`: what it yields is a key, not a proof.
        if matches!(
            name,
            "get_signing_key_from_jwt" | "get_signing_key" | "get_jwk_set" | "get_signing_keys"
        ) {
            exits.raises.push((state.clone(), super::Exception::Token));
            return vec![(state, Value::Made("jwt.PyJWK".into()))];
        }
        if matches!(made.as_ref(), "jwt.PyJWK") {
            return vec![(state, Value::Made("jwt.PyJWK".into()))];
        }
        if RAISE
            .iter()
            .any(|(prefix, method)| *method == name && made.starts_with(prefix))
        {
            exits.raises.push((state.clone(), super::Exception::Token));
            if taint.has(Taint::CREDENTIAL.with(Taint::REQUEST)) {
                let check = self.library_check(site, VerifierKind::SharedSecret, package);
                state.facts.verify(check);
                return vec![(state, Value::present(Taint::VERIFIED))];
            }
            return vec![(state, Value::opaque())];
        }
        if ANSWER
            .iter()
            .any(|(prefix, method)| *method == name && made.starts_with(prefix))
            && taint.has(Taint::CREDENTIAL.with(Taint::REQUEST))
        {
            let check = self.library_check(site, VerifierKind::RemoteSession, package);
            return vec![(state, Value::proof(Taint::NOTHING, Proof::Principal(check)))];
        }
        if let Some(values) =
            self.query_method(receiver, None, name, arguments, site, &state, exits)
        {
            return values;
        }
        // `auth.require(…)`: the same dependency, which asks more.
        if let Some(guard) = super::betroth::member(made, name).filter(|_| name == "require") {
            return vec![(state, guard)];
        }
        if made.starts_with("fastapi_users.") && matches!(name, "current_user" | "authenticator") {
            return vec![(state, self.fastapi_users(arguments))];
        }
        if name == "run_in_executor" {
            return match arguments.positional.get(1) {
                Some(callee) => {
                    let callee = callee.clone();
                    let inner =
                        Arguments::of(arguments.positional.iter().skip(2).cloned().collect());
                    self.running(false, |engine| {
                        engine.call(frame, &callee, None, inner, site, state, exits)
                    })
                }
                None => vec![(state, Value::opaque())],
            };
        }
        if package == "logging"
            || package == "structlog"
            || package == "loguru"
            || package == "prometheus_client"
            || package == "slowapi"
        {
            return vec![(state, Value::opaque())];
        }
        if taint.has(Taint::CREDENTIAL.with(Taint::REQUEST)) {
            return self.unread_call(&format!("`{name}` of `{made}`"), arguments, site, state);
        }
        for argument in arguments.all() {
            state.believe(argument, site);
        }
        let mut value = Value::computed(arguments.all());
        if let Value::Data(data) = &mut value {
            data.setting = None;
        }
        vec![(state, value)]
    }

    /// A request of an HTTP client.
    pub(crate) fn http_call(
        &mut self,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
        state: State<'a>,
    ) -> Values<'a> {
        if !matches!(
            name,
            "get" | "post" | "put" | "request" | "send" | "stream" | "urlopen" | "head"
        ) {
            return vec![(state, Value::Made("httpx.AsyncClient".into()))];
        }
        if !arguments
            .taint()
            .has(Taint::CREDENTIAL.with(Taint::REQUEST))
        {
            return vec![(state, Value::opaque())];
        }
        let null_refuses = arguments
            .all()
            .any(|value| value.text().is_some_and(|url| url.contains("get-session")))
            || self.text_of(site).contains("get-session")
            || self.text_of(site).contains("get_session");
        let check = self.check(CheckFact {
            site,
            kind: VerifierKind::RemoteSession,
            library: None,
            null_refuses,
            algorithms: Vec::new(),
            key: None,
            issuer: None,
            audience: None,
            checks_issuer: false,
            checks_audience: false,
            requires_expiry: true,
            switched_off: Vec::new(),
        });
        vec![(state, Value::proof(Taint::NOTHING, Proof::Response(check)))]
    }

    /// The source text of a site.
    pub(crate) fn text_of(&self, site: Site) -> &'a str {
        self.tree
            .module(site.module)
            .text()
            .get(site.start as usize..site.end as usize)
            .unwrap_or("")
    }

    /// A method of an answer; `None` where the receiver is none.
    pub(crate) fn answer_method(
        &mut self,
        receiver: &Value<'a>,
        name: &str,
        _: &Arguments<'a>,
        _: Site,
        state: &State<'a>,
        exits: &mut Exits<'a>,
    ) -> Option<Values<'a>> {
        let Some(Proof::Response(check)) = receiver.check() else {
            return None;
        };
        let mut state = state.clone();
        let null_refuses = self.checks[check as usize].null_refuses;
        Some(match name {
            "raise_for_status" => {
                exits.raises.push((
                    state.clone(),
                    super::Exception::External("httpx.HTTPStatusError".into()),
                ));
                if !null_refuses {
                    state.facts.verify(check);
                }
                vec![(state, receiver.clone())]
            }
            "json" | "text" | "read" => {
                // The body of a refusal is true as well, but has no user in it; `null` has nothing at all.
                let proof = if null_refuses {
                    Proof::WhenTrue(check)
                } else {
                    Proof::Answer(check)
                };
                vec![(state, Value::proof(Taint::NOTHING, proof))]
            }
            _ => vec![(state, receiver.clone())],
        })
    }

    pub(crate) fn library_check(
        &mut self,
        site: Site,
        kind: VerifierKind,
        library: &str,
    ) -> super::Check {
        self.check(CheckFact {
            site,
            kind,
            library: Some(library.into()),
            null_refuses: false,
            algorithms: Vec::new(),
            key: None,
            issuer: None,
            audience: None,
            checks_issuer: false,
            checks_audience: false,
            requires_expiry: true,
            switched_off: Vec::new(),
        })
    }

    /// `fastapi_users.current_user(optional=…)`: a dependency that verifies, and refuses unless it is optional.
    fn fastapi_users(&mut self, arguments: &Arguments<'a>) -> Value<'a> {
        match arguments.keyword("optional") {
            Some(Value::Bool(true)) => Value::External("fastapi_users.optional_user".into()),
            Some(Value::Bool(false)) | None => {
                Value::External("fastapi_users.required_user".into())
            }
            Some(_) => Value::External("fastapi_users.unknown_user".into()),
        }
    }
}
