//! Our own guard of an API: `Betroth(…)`, the dependencies that it gives, and the gate that `protect` puts before the routes.

use std::rc::Rc;

use betroth_agreement::VerifierKind;

use super::argument::Arguments;
use super::exception::Exception;
use super::value::{Taint, Value};
use super::{CheckFact, Engine, Exits, State, Values};
use crate::facts::Cors;
use crate::tree::Site;

/// The class, by its dotted name.
const CLASS: &str = "betroth.fastapi.Betroth";
/// The library, where a guard is told by its arguments or the environment.
const LIBRARY: &str = "betroth";
/// The same, where the contract tells.
const BY_CONTRACT: &str = "betroth.toml";

/// What `Betroth(…)` makes: a value whose name says what it verifies with.
pub(super) fn made<'a>(name: &str, arguments: &Arguments<'a>) -> Value<'a> {
    let form = if name.ends_with(".from_contract") {
        "contract"
    } else if arguments.keyword("secret").is_some() {
        "secret"
    } else {
        "keys"
    };
    Value::Made(format!("{CLASS}:{form}").into())
}

/// `auth.user`, `auth.optional_user`, `auth.require`, `auth.protect`, `auth.public`, `auth.optional` of such a value.
pub(super) fn member<'a>(made: &str, name: &str) -> Option<Value<'a>> {
    let form = made.strip_prefix(CLASS)?.strip_prefix(':')?;
    let known = matches!(
        name,
        "user" | "optional_user" | "require" | "protect" | "public" | "optional"
    );
    known.then(|| Value::External(format!("{CLASS}:{form}.{name}").into()))
}

/// Whether a name is that of a member by which somebody is asked who they are.
pub(crate) fn is_guard(name: &str) -> bool {
    name.starts_with(CLASS) && matches!(last(name), "user" | "optional_user" | "require" | "gate")
}

/// What `@auth.public` and `@auth.optional` say of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Public,
    Optional,
}

/// The mark that a decorator of that name puts on a handler.
pub(crate) fn mark(name: &str) -> Option<Mark> {
    match last(name) {
        _ if !name.starts_with(CLASS) => None,
        "public" => Some(Mark::Public),
        "optional" => Some(Mark::Optional),
        _ => None,
    }
}

/// The name of the gate of a guard, whose `protect` was called by that name; `secret` where it was made with one.
pub(crate) fn gate(name: &str, secret: bool) -> Option<String> {
    let guard = name.strip_suffix("().protect")?;
    let form = match guard.strip_prefix(CLASS)? {
        ".from_contract" => "contract",
        "" if secret => "secret",
        "" => "keys",
        _ => return None,
    };
    Some(format!("{CLASS}:{form}.gate"))
}

/// What `protect` lets pages of other origins send. Which pages, no source says.
pub(crate) fn cors() -> Cors {
    let texts = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
    Cors {
        credentials: Some(false),
        headers: texts(&[
            "Authorization",
            "Content-Type",
            "If-Match",
            "If-None-Match",
            "Idempotency-Key",
        ]),
        methods: texts(&["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
        ..Cors::default()
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

impl<'a> Engine<'a, '_> {
    /// A dependency of the guard, or its gate: who calls without a good credential is refused, unless it is optional.
    /// Who calls is `request.state.user` from there on.
    pub(crate) fn betroth_guard(
        &mut self,
        name: &Rc<str>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let form = name.rsplit(':').next().unwrap_or_default();
        let form = form.split('.').next().unwrap_or_default();
        let (kind, library, algorithm) = match form {
            "contract" => (VerifierKind::Unknown, BY_CONTRACT, None),
            "secret" => (VerifierKind::SharedSecret, LIBRARY, Some("HS256")),
            _ => (VerifierKind::Jwks, LIBRARY, Some("EdDSA")),
        };
        let check = self.check(CheckFact {
            site,
            kind,
            library: Some(library.into()),
            null_refuses: false,
            algorithms: algorithm
                .map(|it| (it.to_owned(), None))
                .into_iter()
                .collect(),
            key: None,
            issuer: None,
            audience: None,
            checks_issuer: true,
            checks_audience: true,
            requires_expiry: true,
            switched_off: Vec::new(),
        });
        exits
            .raises
            .push((state.clone(), Exception::Http(Some(401))));
        let mut unasked = state.clone();
        Rc::make_mut(&mut unasked.request).insert("user".into(), Value::None);
        Rc::make_mut(&mut state.request).insert("user".into(), Value::present(Taint::VERIFIED));
        state.facts.verify(check);
        let mut values = vec![(state, Value::present(Taint::VERIFIED))];
        if last(name) == "optional_user" {
            values.push((unasked, Value::None));
        }
        values
    }
}
