//! What a token says, read where the contract has it.

mod names;
mod texts;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use names::ClaimNames;

use crate::json::{Document, Object, Text, Value};
use crate::time::Timestamp;

/// The claims of a token (RFC 7519 §4), read when they are asked for.
///
/// A claim of another type than the question has is as one that is absent.
#[derive(Clone)]
pub struct Claims {
    document: Document<Box<str>>,
    names: Arc<ClaimNames>,
    times: Times,
}

/// When a token holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) expires: Timestamp,
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) issued: Option<Timestamp>,
}

impl Claims {
    pub(crate) fn new(document: Document<&str>, names: Arc<ClaimNames>, times: Times) -> Self {
        Self {
            document: document.into_owned(),
            names,
            times,
        }
    }

    pub(crate) fn times(&self) -> &Times {
        &self.times
    }

    /// How many bytes it holds beside itself, about.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.document.heap_bytes()
    }

    /// `iss`
    pub fn issuer(&self) -> Option<Cow<'_, str>> {
        self.named("iss")
    }

    /// `aud`, one or several.
    pub fn audience(&self) -> Vec<Cow<'_, str>> {
        texts::array(self.root().get("aud"))
    }

    /// `exp`: from then on the token is over.
    pub fn expires_at(&self) -> Timestamp {
        self.times.expires
    }

    /// `nbf`
    pub fn not_before(&self) -> Option<Timestamp> {
        self.times.not_before
    }

    /// `iat`
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.times.issued
    }

    /// `jti`
    pub fn token_id(&self) -> Option<Cow<'_, str>> {
        self.named("jti")
    }

    /// Who the token speaks of.
    pub fn subject(&self) -> Option<Cow<'_, str>> {
        self.text(&self.names.subject)
    }

    /// The person's address.
    pub fn email(&self) -> Option<Cow<'_, str>> {
        self.text(&self.names.email)
    }

    /// The person's name.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        self.text(&self.names.name)
    }

    /// The organization that the person acts in.
    pub fn organization(&self) -> Option<Cow<'_, str>> {
        self.text(&self.names.organization)
    }

    /// The session that the token was made from.
    pub fn session(&self) -> Option<Cow<'_, str>> {
        self.text(&self.names.session)
    }

    /// The roles: a text, a list with commas, or an array.
    pub fn roles(&self) -> Vec<Cow<'_, str>> {
        texts::list(self.get(&self.names.roles), |character| character == ',')
    }

    /// What the person may do, in the same forms as the roles.
    pub fn permissions(&self) -> Vec<Cow<'_, str>> {
        texts::list(self.get(&self.names.permissions), |character| {
            character == ','
        })
    }

    /// What the token may be used for: words with spaces between (RFC 8693 §4.2), or an array.
    pub fn scopes(&self) -> Vec<Cow<'_, str>> {
        texts::list(self.get(&self.names.scopes), |character| character == ' ')
    }

    /// Who acts for the subject, if somebody does (RFC 8693 §4.1).
    ///
    /// It narrows: no role, permission or scope is ever read from it.
    pub fn actor(&self) -> Option<Actor<'_>> {
        let actor = self.get(&self.names.actor).and_then(Value::object);
        actor.map(Actor)
    }

    /// What stands at `path`, with dots for nesting.
    pub fn get(&self, path: &str) -> Option<Value<'_>> {
        find(self.root(), path)
    }

    /// Every claim, as it was signed.
    pub fn root(&self) -> Object<'_> {
        self.document.root()
    }

    /// Every claim as JSON, byte for byte as it was signed.
    pub fn as_json(&self) -> &str {
        self.document.text()
    }

    fn named(&self, name: &str) -> Option<Cow<'_, str>> {
        self.root()
            .get(name)
            .and_then(Value::text)
            .map(Text::decode)
    }

    fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        self.get(path).and_then(Value::text).map(Text::decode)
    }
}

/// Claims are a person's: nothing of them is shown.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").finish_non_exhaustive()
    }
}

/// Who acts for the subject. Those before it in the chain are history, and give no access (RFC 8693 §4.1).
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a>(Object<'a>);

impl<'a> Actor<'a> {
    /// `sub` of the actor.
    pub fn subject(self) -> Option<Cow<'a, str>> {
        self.named("sub")
    }

    /// `iss` of the actor.
    pub fn issuer(self) -> Option<Cow<'a, str>> {
        self.named("iss")
    }

    /// `client_id` of the actor.
    pub fn client(self) -> Option<Cow<'a, str>> {
        self.named("client_id")
    }

    /// For whom this one acted: who acted before, for the log alone.
    pub fn previous(self) -> Option<Self> {
        self.0.get("act").and_then(Value::object).map(Actor)
    }

    fn named(self, name: &str) -> Option<Cow<'a, str>> {
        self.0.get(name).and_then(Value::text).map(Text::decode)
    }
}

/// What stands at `path` within `object`.
pub(crate) fn find<'a>(object: Object<'a>, path: &str) -> Option<Value<'a>> {
    let mut steps = path.split('.');
    let mut value = object.get(steps.next()?)?;
    for step in steps {
        value = value.object()?.get(step)?;
    }
    Some(value)
}
