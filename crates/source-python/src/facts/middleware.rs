//! What stands around an application.

use betroth_report::Place;

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
