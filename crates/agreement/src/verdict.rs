use betroth_report::Place;

use crate::{Algorithm, IssuerKind, VerifierKind};

/// Whether the API takes what the front end sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It does, if key and addresses are deployed as the sources name them.
    Accepted,
    /// It refuses every caller.
    Refused,
    /// It answers as if the caller were logged in, whatever is sent.
    Unchecked,
    /// Not told.
    Unknown,
}

impl Verdict {
    /// The word of the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Unchecked => "unchecked",
            Self::Unknown => "unknown",
        }
    }
}

/// The answer for one pair of front end and API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Folder of the front end.
    pub web_root: String,
    /// Folder of the API.
    pub api_root: String,
    /// Whether the API takes what the front end sends.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub because: String,
    /// What reaches the API.
    pub issuer: IssuerSummary,
    /// What it meets there.
    pub verifier: VerifierSummary,
    /// In what the two differ; empty unless the verdict is `Refused`.
    pub differences: Vec<Difference>,
    /// Number of calls of the front end that go to this API.
    pub calls: usize,
}

/// What most calls to the API carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerSummary {
    /// Who makes it.
    pub kind: IssuerKind,
    /// Algorithms with which it is signed; empty for an opaque token.
    pub algorithms: Vec<Algorithm>,
    /// Where.
    pub places: Vec<Place>,
    /// Whether each fact behind it was read.
    pub certain: bool,
}

/// What guards most routes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierSummary {
    /// How it verifies.
    pub kind: VerifierKind,
    /// Algorithms accepted; empty for an opaque token.
    pub algorithms: Vec<Algorithm>,
    /// Whether `iss` is compared.
    pub checks_issuer: bool,
    /// Whether `aud` is compared.
    pub checks_audience: bool,
    /// Whether a token without `exp` is refused.
    pub requires_expiry: bool,
    /// Where.
    pub places: Vec<Place>,
}

/// In what two sides differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Signature algorithm, or the library's support for it.
    Algorithm,
    /// The kind of credential: a session token where a JWT is asked for.
    Credential,
    /// Nothing is sent where something is asked for.
    Absence,
    /// A token names an audience that the verifier does not expect.
    Audience,
    /// A token names an issuer that the verifier does not expect.
    Issuer,
    /// The key: two defaults for one variable.
    Key,
    /// A claim: the verifier makes of it what the issuer does not write.
    Claim,
    /// The site: a cookie of one is not sent to another.
    Site,
}

/// One difference with what stands at each of its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub topic: Topic,
    /// The difference in one sentence.
    pub message: String,
    /// The front end's place, with a few words.
    pub web: (Place, String),
    /// The API's place, with a few words.
    pub api: (Place, String),
    /// What to do.
    pub cure: String,
}

impl IssuerKind {
    /// The word of the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::BetterAuthJwt => "better-auth-jwt",
            Self::HandSignedJwt => "hand-signed-jwt",
            Self::SessionToken => "session-token",
            Self::SessionCookie => "session-cookie",
            Self::ApiIssued => "api-issued",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }

    /// What is sent, for a sentence.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::BetterAuthJwt => "a JWT of Better Auth's `jwt` plugin",
            Self::HandSignedJwt => "a JWT that it signs itself",
            Self::SessionToken => "Better Auth's session token",
            Self::SessionCookie => "Better Auth's session cookie",
            Self::ApiIssued => "the token that the API handed out at login",
            Self::None => "no credential",
            Self::Unknown => "a credential of a kind that could not be told",
        }
    }
}

impl VerifierKind {
    /// The word of the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Jwks => "jwks",
            Self::SharedSecret => "shared-secret",
            Self::SessionLookup => "session-lookup",
            Self::RemoteSession => "remote-session",
            Self::Unverified => "unverified",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }

    /// What is asked for, for a sentence.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Jwks => "a JWT signed with a key of a JWK set",
            Self::SharedSecret => "a JWT signed with a shared secret",
            Self::SessionLookup => "a session that stands in its database",
            Self::RemoteSession => "a session that the auth service confirms",
            Self::Unverified => "a credential that it does not verify",
            Self::None => "nothing",
            Self::Unknown => "something that could not be told",
        }
    }
}
