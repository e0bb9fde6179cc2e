//! Token libraries: what a `decode` verifies, and what its options switch off.

use std::rc::Rc;

use betroth_agreement::VerifierKind;

use super::argument::Arguments;
use super::value::{Setting, Taint, Value};
use super::{CheckFact, Engine, Exits, State, Values};
use crate::tree::Site;

impl<'a> Engine<'a, '_> {
    /// `jwt.decode(token, key, …)` of a token library.
    ///
    /// Its options decide: a signature that is not verified yields what anybody can write.
    pub(crate) fn decode(
        &mut self,
        library: &str,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let package: Rc<str> = library.split('.').next().unwrap_or(library).into();
        let is_pyjwt = &*package == "jwt";
        let given = |name: &str| {
            arguments
                .keyword(name)
                .is_some_and(|value| *value != Value::None)
        };
        let token = arguments
            .positional
            .first()
            .or_else(|| arguments.keyword("jwt"))
            .or_else(|| arguments.keyword("token"));
        let token_taint = token.map_or(arguments.taint(), Value::taint);
        let key = arguments
            .positional
            .get(1)
            .or_else(|| arguments.keyword("key"))
            .cloned();
        let options = arguments.keyword("options").cloned();
        let (algorithms, named_none) = algorithms(arguments);
        let mut switched_off = Vec::new();
        let mut unknown_options = !arguments.rest.is_empty();
        match &options {
            Some(Value::Dict(items)) => {
                for (name, value) in items.iter() {
                    let Some(name) = name.text() else { continue };
                    if name.starts_with("verify_") && *value == Value::Bool(false) {
                        // Without an issuer to hold it against, `iss` is not looked at anyway.
                        if name != "verify_iss" || given("issuer") {
                            switched_off.push(name.to_owned());
                        }
                    } else if name == "verify_signature" && !matches!(value, Value::Bool(true)) {
                        unknown_options = true;
                    }
                }
            }
            Some(Value::None) | None => {}
            Some(_) => unknown_options = true,
        }
        if arguments.keyword("verify") == Some(&Value::Bool(false))
            || arguments.keyword("do_verify") == Some(&Value::Bool(false))
        {
            switched_off.push("verify_signature".into());
        }
        if named_none {
            switched_off.push("algorithm `none`".into());
        }
        if let Some(key) = &key {
            self.keys.push((key.clone(), site));
        }
        if switched_off
            .iter()
            .any(|check| check == "verify_signature" || check.starts_with("algorithm"))
        {
            if !self.unverified.iter().any(|(known, ..)| *known == site) {
                self.unverified.push((site, package, switched_off));
            }
            exits.raises.push((state.clone(), super::Exception::Token));
            return vec![(state, self.unverified_claims())];
        }
        exits.raises.push((state.clone(), super::Exception::Token));
        // What is no token at all is always refused: the fall-back of `token or ""`.
        let no_token = match token {
            Some(Value::None) => true,
            Some(Value::Str(text)) => text.matches('.').count() != 2,
            _ => false,
        };
        if no_token {
            return Vec::new();
        }
        // A token in the body or the path is material of the request (a reset link), not who sends it.
        let credential =
            token_taint.has(Taint::CREDENTIAL.with(Taint::REQUEST).with(Taint::UNREAD));
        if !credential {
            let taint = if token_taint.has(Taint::CALLER.with(Taint::BODY)) {
                Taint::BODY
            } else {
                Taint::NOTHING
            };
            return vec![(state, Value::present(taint))];
        }
        if unknown_options {
            state.facts.unread.get_or_insert((
                "the options of the verification could not be read".into(),
                site,
            ));
            return vec![(state, Value::present(Taint::UNREAD))];
        }
        let option = |name: &str| match &options {
            Some(Value::Dict(items)) => items
                .iter()
                .any(|(key, value)| key.text() == Some(name) && *value == Value::Bool(true)),
            _ => false,
        };
        let required = match &options {
            Some(Value::Dict(items)) => items
                .iter()
                .find(|(key, _)| key.text() == Some("require"))
                .map(|(_, value)| value.clone()),
            _ => None,
        };
        let requires = |claim: &str| match &required {
            Some(Value::List(items)) => items.iter().any(|item| item.text() == Some(claim)),
            _ => false,
        };
        let kind = kind(&algorithms, key.as_ref());
        let check = self.check(CheckFact {
            site,
            kind,
            library: Some(package),
            null_refuses: false,
            issuer: arguments.keyword("issuer").cloned(),
            audience: arguments.keyword("audience").cloned(),
            checks_issuer: given("issuer") && !switched_off.iter().any(|name| name == "verify_iss"),
            checks_audience: given("audience")
                && !switched_off.iter().any(|name| name == "verify_aud"),
            requires_expiry: requires("exp")
                // PyJWT takes no notice of an option of that name.
                || (option("require_exp") && !is_pyjwt),
            algorithms,
            key,
            switched_off,
        });
        state.facts.verify(check);
        vec![(state, Value::present(Taint::VERIFIED))]
    }

    /// The claims of a credential that is read without being verified. One with which the caller has been let in was verified
    /// before.
    pub(crate) fn unverified_claims(&self) -> Value<'a> {
        Value::present(if self.admitted {
            Taint::VERIFIED
        } else {
            Taint::UNVERIFIED
        })
    }

    /// `jwt.encode(claims, key, algorithm)`.
    pub(crate) fn encode(
        &mut self,
        library: &str,
        arguments: &Arguments<'a>,
        site: Site,
        state: State<'a>,
    ) -> Values<'a> {
        let package: Rc<str> = library.split('.').next().unwrap_or(library).into();
        if let Some(key) = arguments.value(1, "key") {
            self.keys.push((key.clone(), site));
        }
        let algorithm = match arguments.value(2, "algorithm") {
            Some(Value::Str(name)) => Some(name.to_string()),
            Some(Value::Data(data)) => data
                .setting
                .as_ref()
                .and_then(|setting| setting.default.as_ref().map(ToString::to_string)),
            None => Some("HS256".to_owned()),
            Some(_) => None,
        };
        if !self.signatures.iter().any(|(known, ..)| *known == site) {
            self.signatures.push((site, package, algorithm));
        }
        vec![(state, Value::present(Taint::NOTHING))]
    }
}

/// The algorithms named in a call, and whether `none` is among them.
fn algorithms(arguments: &Arguments<'_>) -> (Vec<(String, Option<Setting>)>, bool) {
    let mut names = Vec::new();
    let mut add = |value: &Value<'_>| match value {
        Value::Str(name) => names.push((name.to_string(), None)),
        Value::Data(data) => {
            if let Some(setting) = &data.setting {
                names.push((
                    setting.default.as_deref().unwrap_or("").to_owned(),
                    Some((**setting).clone()),
                ));
            }
        }
        _ => {}
    };
    match arguments
        .value(2, "algorithms")
        .or_else(|| arguments.keyword("algorithm"))
        .or_else(|| arguments.keyword("algs"))
    {
        Some(Value::List(items)) => items.iter().for_each(&mut add),
        Some(value) => add(value),
        None => {}
    }
    let none = names
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("none"));
    names.retain(|(name, _)| !name.is_empty() && !name.eq_ignore_ascii_case("none"));
    (names, none)
}

fn kind(algorithms: &[(String, Option<Setting>)], key: Option<&Value<'_>>) -> VerifierKind {
    let symmetric = |name: &str| name.starts_with("HS");
    if !algorithms.is_empty() {
        return if algorithms.iter().all(|(name, _)| symmetric(name)) {
            VerifierKind::SharedSecret
        } else {
            VerifierKind::Jwks
        };
    }
    match key {
        Some(Value::Made(_) | Value::Member(_)) => VerifierKind::Jwks,
        Some(key) if key.taint().has(Taint::SECRET) => VerifierKind::SharedSecret,
        Some(Value::Str(_)) => VerifierKind::SharedSecret,
        _ => VerifierKind::Jwks,
    }
}
