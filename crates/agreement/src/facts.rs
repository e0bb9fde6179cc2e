use betroth_report::Place;

use crate::{Evidence, Topic};

/// A signature or MAC algorithm by its JOSE name (RFC 7518 §3.1, RFC 8037 §3.1), as written: `EdDSA`, `HS256`.
pub type Algorithm = String;

/// Who makes the credential that reaches the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssuerKind {
    /// Better Auth's `jwt` plugin, verified with its JWK set.
    BetterAuthJwt,
    /// A JWT that the front end signs itself (`jose`, `jsonwebtoken`).
    HandSignedJwt,
    /// Better Auth's session token, sent as a bearer token.
    SessionToken,
    /// Better Auth's session cookie.
    SessionCookie,
    /// A token that the API itself hands out at its own login route.
    ApiIssued,
    /// Nobody: the front end sends no credential.
    None,
    /// Not told.
    Unknown,
}

/// What the front end puts on a call to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialKind {
    /// A JWT in `Authorization: Bearer`.
    BearerJwt,
    /// Better Auth's bare session token in `Authorization: Bearer`.
    BearerSessionToken,
    /// Better Auth's signed cookie value (`token.signature`) in `Authorization: Bearer`.
    BearerSignedCookie,
    /// Cookies, by `credentials: "include"` or a forwarded `Cookie` header.
    Cookie,
    /// A header that the caller fills with an identity, such as `X-User-ID`.
    IdentityHeader,
    /// A bearer token of a kind that could not be told.
    BearerUnknown,
    /// None.
    None,
}

/// How the API decides whom it believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VerifierKind {
    /// A JWT against a JWK set or another public key.
    Jwks,
    /// A JWT against a secret that both sides hold.
    SharedSecret,
    /// A session looked up in the database.
    SessionLookup,
    /// Better Auth's `get-session`, or another remote answer.
    RemoteSession,
    /// A credential is read, and believed without verification.
    Unverified,
    /// No credential is asked for.
    None,
    /// Not told.
    Unknown,
}

/// Where a verifier's or a signer's key comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeySource {
    /// An environment variable or setting, with the default in the source if it has one (never its value).
    Environment {
        /// The variable's name.
        name: String,
        /// Whether the source holds a default value for it.
        defaulted: bool,
    },
    /// A literal in the source.
    Literal,
    /// A JWK set at an address; the address or the expression that makes it.
    JwksUrl(String),
    /// Not told.
    Unknown(String),
}

/// What one place of the front end (or of the API) does to make a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerFact {
    /// What is made.
    pub kind: IssuerKind,
    /// Algorithms with which it signs; empty for an opaque token.
    pub algorithms: Vec<Evidence<Algorithm>>,
    /// The key.
    pub key: Option<Evidence<KeySource>>,
    /// The names that it writes.
    pub names: Names,
    /// Where.
    pub place: Place,
    /// Whether the program can reach this place as it stands.
    pub reached: bool,
}

/// From whom a token comes and for whom it is, as one side writes it or asks for it (RFC 7519 sections 4.1.1 and 4.1.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// `iss`; `None` where nothing is written or asked for, or that is not told.
    pub issuer: Option<Evidence<String>>,
    /// `aud`; several where any of them is taken.
    pub audience: Option<Evidence<String>>,
    /// Which of the two are an origin, `https://host`, whatever else is told of them: what Better Auth writes unless it is
    /// told otherwise, and what our guard asks for then.
    pub origins: Vec<Topic>,
}

/// What one call, or wrapper of calls, to the API carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialFact {
    /// What is sent.
    pub kind: CredentialKind,
    /// Where.
    pub place: Place,
    /// Number of calls that go through this place; 1 for a direct call.
    pub calls: usize,
    /// Whether the program can reach this place as it stands.
    pub reached: bool,
}

/// What one place of the API does to verify a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierFact {
    /// How.
    pub kind: VerifierKind,
    /// Algorithms accepted; empty for an opaque token.
    pub algorithms: Vec<Evidence<Algorithm>>,
    /// The key.
    pub key: Option<Evidence<KeySource>>,
    /// The names that it asks for.
    pub names: Names,
    /// Whether `iss` is compared.
    pub checks_issuer: bool,
    /// Whether `aud` is compared.
    pub checks_audience: bool,
    /// Whether a token without `exp` is refused.
    pub requires_expiry: bool,
    /// The library whose function is called, by its import name (`jwt`, `jose`, `joserfc`).
    pub library: Option<String>,
    /// Where.
    pub place: Place,
    /// How many routes of the API it guards.
    pub routes: usize,
}
