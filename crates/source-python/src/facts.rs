//! What the reader of Python says, in types of our own.

use std::sync::Arc;

use betroth_agreement::{Condition, VerifierFact};
use betroth_report::Place;

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

/// A callable that authenticates, or looks as if it did.
#[derive(Clone, Debug)]
pub struct Callable {
    /// Its name; `Class` for an instance used as dependency.
    pub name: String,
    /// Where it is defined.
    pub place: Place,
    /// Its answer on its own.
    pub authentication: Authentication,
    /// Number of served routes that it guards.
    pub routes: usize,
    /// What it answers where nothing was verified, if that is a fixed identity written in the source.
    pub constant_identity: Option<Place>,
    /// Where an exception raised by the verification is turned into a pass, if anywhere.
    pub swallowed: Option<Place>,
    /// Settings that open it.
    pub conditions: Vec<Condition>,
}

/// A call that verifies a credential, or switches the verification off.
#[derive(Clone, Debug)]
pub struct Verification {
    /// How, with which algorithms and key.
    pub fact: VerifierFact,
    /// Checks that an option switches off: `verify_signature`, `verify_aud`, `verify_exp`, `verify_iss`.
    pub switched_off: Vec<String>,
    /// The callable in which it stands.
    pub callable: String,
    /// Whether any served route reaches it.
    pub reached: bool,
    /// Whether what it yields without verification decides anything.
    pub believed: bool,
    /// Where the header of the token itself names the algorithm by which it is verified.
    pub token_chooses: Option<TokenChooses>,
    /// Claims without which nobody passes, where they are read: in its own function, and in those that are given its answer.
    pub needed_claims: Vec<NeededClaim>,
}

/// A claim without which a caller is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededClaim {
    /// Its name.
    pub name: String,
    /// Where it is read.
    pub place: Place,
}

/// An algorithm that is read from the header of the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenChooses {
    /// Where the algorithm is read.
    pub place: Place,
    /// Whether it is held against a list first.
    pub listed: bool,
}

/// A call that waits, on the event loop, and lets no other request go on meanwhile.
#[derive(Clone, Debug)]
pub struct Blocking {
    /// What is called, as written: `session.exec`, `requests.get`.
    pub what: String,
    /// For what it waits.
    pub waits_for: WaitsFor,
    /// The call.
    pub place: Place,
    /// The function in which it stands.
    pub callable: String,
    /// Whether any served route reaches it.
    pub reached: bool,
}

/// For what a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// A database.
    Database,
    /// Another service.
    Service,
    /// The key set of the issuer.
    KeySet,
    /// Time to pass.
    Time,
}

/// A handler of every failure that answers 401, around a question to another service.
#[derive(Clone, Debug)]
pub struct Outage {
    /// What is asked.
    pub waits_for: WaitsFor,
    /// The handler.
    pub place: Place,
    /// The function in which it stands.
    pub callable: String,
    /// Whether any served route reaches it.
    pub reached: bool,
}

/// A key set that is fetched anew for every caller.
#[derive(Clone, Debug)]
pub struct UncachedKeySet {
    /// Where its client is made, or where it is fetched.
    pub place: Place,
    /// The function in which that stands.
    pub callable: String,
    /// Whether any served route reaches it.
    pub reached: bool,
}

/// An entry of `request.state` that says who calls, and that no code of the tree writes.
#[derive(Clone, Debug)]
pub struct AbsentIdentity {
    /// Its name: `user` of `request.state.user`.
    pub name: String,
    /// The reading.
    pub place: Place,
    /// The function in which it stands.
    pub callable: String,
}

/// An address on the developer's own machine that stands in the source.
#[derive(Clone, Debug)]
pub struct FixedAddress {
    /// The name of the module that it is given to.
    pub name: String,
    /// The address.
    pub address: String,
    /// The text.
    pub place: Place,
}

/// An address from which a key set is fetched, as far as it is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySetAddress {
    /// Its path behind the host, or behind what is known only when the program runs: `/api/auth/jwks`.
    pub path: String,
    /// Whether it is only the default of a setting.
    pub defaulted: bool,
    /// The call that is given the address.
    pub place: Place,
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

/// A claim of a verified token that is made a value of a narrower type.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The claim, as far as its name is told where it is converted: `sub`.
    pub claim: String,
    /// The type: `UUID`, `int`.
    pub to: String,
    /// Whether its failure is caught, and not answered with an exception: then another value may take its place.
    pub caught: bool,
    /// Where.
    pub place: Place,
    /// The function in which it stands.
    pub callable: String,
    /// Whether any served route reaches it.
    pub reached: bool,
}

/// A place where a token is signed.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Algorithm as written, if told.
    pub algorithm: Option<String>,
    /// Library, by its import name.
    pub library: String,
    /// Where.
    pub place: Place,
    /// Whether any served route reaches it.
    pub reached: bool,
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

/// A question for the rows of a class of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowQuery {
    /// How it is asked.
    pub form: RowQueryForm,
    /// The name of the class.
    pub model: String,
    /// Its table, where `__tablename__` is written out.
    pub table: Option<String>,
    /// The file of the class.
    pub defined_in: String,
    /// The names of attributes and keyword arguments in the function around, sorted: `owner_id` of `Note.owner_id == user.id`.
    pub names: Vec<String>,
    /// The name of the function around, behind its `def`.
    pub function: Place,
    /// What is called.
    pub place: Place,
}

/// How rows are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowQueryForm {
    /// `select(Note)`
    Select,
    /// `session.query(Note)`
    Query,
    /// `session.get(Note, id)`
    Get,
}

/// A way to a driver's own cursor, which the isolation of `betroth.sqlalchemy` does not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawCursor {
    /// What gives it: `raw_connection()`.
    pub what: String,
    /// Whether it stems from SQLAlchemy's own engine, and so from the database whose rows are kept apart.
    pub certain: bool,
    /// Where.
    pub place: Place,
}

/// A string in the source that serves as a key.
#[derive(Clone, Debug)]
pub struct LiteralSecret {
    /// Name of the setting or variable that holds it.
    pub name: String,
    /// Where the string stands. The string itself is kept nowhere.
    pub place: Place,
    /// Whether it is only the fall-back for an environment variable, and for which.
    pub default_of: Option<String>,
    /// Whether a verification or signature uses it as its key.
    pub used_as_key: Option<Place>,
    /// Whether the code refuses to start, or to verify, while the value is this default.
    pub refused: bool,
}

/// A middleware around an application.
#[derive(Clone, Debug)]
pub struct Middleware {
    /// Name of its class or function.
    pub name: String,
    /// Where it is added.
    pub place: Place,
    /// What it is for.
    pub kind: MiddlewareKind,
    /// Where it asks whether the path begins with `/`, or with nothing: it would refuse callers, and so refuses none.
    pub passes_all: Option<Place>,
}

/// What a middleware is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MiddlewareKind {
    /// Starlette's `CORSMiddleware`, with its arguments.
    Cors(Box<Cors>),
    /// Refuses callers on some route.
    Authentication,
    /// Anything else.
    Other,
}

/// The arguments of `CORSMiddleware`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    /// `allow_origins`, entry by entry; `None` where it could not be read, or is no list.
    pub origins: Option<Vec<AllowedOrigin>>,
    /// `allow_origins` where it is one text: Starlette then lets every part of that text pass.
    pub origin_text: Option<AllowedOrigin>,
    /// Where a setting gives URLs of pydantic as origins: each is an object, and as a text it ends in a slash.
    pub origin_urls: Option<Place>,
    /// `allow_origin_regex`, if given.
    pub origin_regex: Option<AllowedOrigin>,
    /// `allow_credentials`; `None` where it could not be read.
    pub credentials: Option<bool>,
    /// `allow_headers`, beside those that Starlette always allows; `None` where they could not be read, or a setting decides.
    pub headers: Option<Vec<String>>,
    /// `allow_methods`, `GET` by default; `None` where they could not be read, or a setting decides.
    pub methods: Option<Vec<String>>,
}

/// An origin, or a pattern of origins, that CORS lets pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedOrigin {
    /// As written, `{?}` for each part that is not known; `None` where nothing of it is.
    pub value: Option<String>,
    /// Whether it is only the default of a setting.
    pub defaulted: bool,
    /// Where.
    pub place: Place,
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

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Where.
    pub place: Place,
    /// Why, and what follows from it.
    pub why: String,
}
