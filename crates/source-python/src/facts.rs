//! What the reader of Python says, in types of our own.

mod api;
mod middleware;
mod rows;
mod service;
mod verification;

use std::sync::Arc;

use betroth_report::Place;

pub use api::{Api, Authentication, ClaimedIdentity, Guard, GuardKind, Route, Unserved};
pub use middleware::{AllowedOrigin, Cors, Middleware, MiddlewareKind};
pub use rows::{RawCursor, RowQuery, RowQueryForm};
pub use service::{Blocking, FixedAddress, KeySetAddress, Outage, UncachedKeySet, WaitsFor};
pub use verification::{
    AbsentIdentity, Callable, Conversion, LiteralSecret, NeededClaim, Signature, TokenChooses,
    Verification,
};

/// A file handed to the reader.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the folder looked at, with `/`.
    pub path: String,
    /// The text, shared with whoever read it.
    pub text: Arc<str>,
}

/// Everything read from a Python tree.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The applications that are served, each with its routes.
    pub apis: Vec<Api>,
    /// Places that verify a credential, reached or not, in the order of their places.
    pub verifications: Vec<Verification>,
    /// Callables that authenticate, or look as if they did.
    pub callables: Vec<Callable>,
    /// Places where a token is signed.
    pub signatures: Vec<Signature>,
    /// Calls on the way of a caller that hold up the event loop.
    pub blocking: Vec<Blocking>,
    /// Failures of another service that are answered like a bad credential.
    pub outages: Vec<Outage>,
    /// Key sets that are fetched anew for every caller.
    pub uncached_key_sets: Vec<UncachedKeySet>,
    /// Addresses from which key sets are fetched.
    pub key_set_addresses: Vec<KeySetAddress>,
    /// Claims of a verified token that are made a value of a narrower type.
    pub conversions: Vec<Conversion>,
    /// Readings of who calls that nothing puts where they look.
    pub absent_identities: Vec<AbsentIdentity>,
    /// Addresses of the auth service that no deployment can change.
    pub fixed_addresses: Vec<FixedAddress>,
    /// Paths of the modules that may look at the cookies of a request.
    pub cookie_readers: Vec<String>,
    /// Credentials and secrets that are written to a log.
    pub logged: Vec<Logged>,
    /// Settings that are read from the environment as JSON.
    pub json_settings: Vec<JsonSetting>,
    /// Ways to a driver's own cursor in a program that keeps people's rows apart.
    pub raw_cursors: Vec<RawCursor>,
    /// Questions for the rows of a model, in a program that does not keep people's rows apart by itself.
    pub row_queries: Vec<RowQuery>,
    /// Strings in the source that serve as a key.
    pub literal_secrets: Vec<LiteralSecret>,
    /// Routers that no application includes: their routes are not served.
    pub unserved: Vec<Unserved>,
    /// What could not be read, each with its place and reason.
    pub unread: Vec<Unread>,
}

/// A credential or a secret that is written to a log.
#[derive(Clone, Debug)]
pub struct Logged {
    /// What it is.
    pub kind: LoggedKind,
    /// The name of the variable or setting that holds it.
    pub name: String,
    /// Whether only a part of it is written: `token[:20]`.
    pub cut: bool,
    /// The call.
    pub place: Place,
}

/// What is written to a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoggedKind {
    /// What a caller presents.
    Token,
    /// A secret of the server.
    Secret,
}

/// A field of pydantic's `BaseSettings` that holds a list: its variable is read as JSON, before any validator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonSetting {
    /// Its name; that of its variable in any case of letters.
    pub name: String,
    /// Whether a file is named from which the variables are read besides.
    pub dotenv: bool,
    /// Where the field is declared.
    pub place: Place,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Where.
    pub place: Place,
    /// Why, and what follows from it.
    pub why: String,
}
