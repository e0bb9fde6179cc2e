//! Applications, their routes, and what stands before each.

use betroth_agreement::Condition;
use betroth_report::Place;

use super::Middleware;

/// One application object.
#[derive(Clone, Debug)]
pub struct Api {
    /// `file:object`, for instance `backend/app/main.py:app`; for a factory `file:create_app`.
    pub name: String,
    /// The folder from which it is deployed, relative; `.` for the folder looked at.
    pub root: String,
    /// Where the object is made.
    pub place: Place,
    /// Its routes, as served.
    pub routes: Vec<Route>,
    /// Its middleware, outermost first.
    pub middlewares: Vec<Middleware>,
    /// Whether `/docs` and `/openapi.json` are on; `None` where that could not be told.
    pub docs: Option<bool>,
}

/// One route as served: method and full path.
#[derive(Clone, Debug)]
pub struct Route {
    /// `GET`, …, or `WS`.
    pub method: String,
    /// The path with every prefix, as FastAPI shows it.
    pub path: String,
    /// Name of the handler.
    pub handler: String,
    /// Where the handler's `def` stands.
    pub place: Place,
    /// Where the router object that declares it is made: routes of one router are siblings.
    pub router: Place,
    /// The answer to "is it authenticated?".
    pub authentication: Authentication,
    /// What gives that answer.
    pub guards: Vec<Guard>,
    /// Whom a caller with a good token can say to be, where the route acts on that.
    pub claimed_identity: Option<ClaimedIdentity>,
    /// Whether the handler's own code touches data: a database session, a model, a file, a remote call.
    pub touches_data: bool,
    /// Whether the handler's own code asks a language model, which is paid for by use.
    pub asks_model: bool,
}

/// Whether a caller without a valid credential gets through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authentication {
    /// Every path verifies something or refuses.
    Required,
    /// Required, unless a setting says otherwise.
    Conditional(Condition),
    /// A valid credential is known, none at all passes too.
    Optional,
    /// Nothing is verified.
    None,
    /// The identity is what the caller writes.
    Forgeable {
        /// What is believed: "the header `X-User-ID`", "claims of a token whose signature is not verified".
        what: String,
        /// Where it is believed.
        place: Place,
    },
    /// Could not be told.
    Unknown {
        /// Why.
        why: String,
        /// Where the reading stopped.
        place: Place,
    },
}

impl Authentication {
    /// The word of the report: `required`, `conditional`, `optional`, `none`, `forgeable`, `unknown`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Conditional(_) => "conditional",
            Self::Optional => "optional",
            Self::None => "none",
            Self::Forgeable { .. } => "forgeable",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// Something that the caller writes, by which a route acts though it lets in only people with a good token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedIdentity {
    /// What it is: "the header `X-User-ID`".
    pub what: String,
    /// Where it is read.
    pub place: Place,
}

/// One thing that stands before a handler, or the handler itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    /// What it is.
    pub kind: GuardKind,
    /// Its name in the source.
    pub name: String,
    /// Where it is defined.
    pub place: Place,
    /// Its own answer for this route.
    pub authentication: Authentication,
    /// Whether it lets in nobody who shows nothing at all, as far as its ways were followed.
    pub refuses: bool,
}

/// Where a guard stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardKind {
    /// Around the application.
    Middleware,
    /// `Depends` or `Security` on application, router, include, route or parameter.
    Dependency,
    /// A decorator under the route decorator.
    Decorator,
    /// The handler's own body.
    Handler,
}

/// A router that no application includes.
#[derive(Clone, Debug)]
pub struct Unserved {
    /// Its name.
    pub name: String,
    /// Where it is made.
    pub place: Place,
    /// How many routes it declares.
    pub routes: usize,
    /// Where their handlers stand.
    pub handlers: Vec<Place>,
}
