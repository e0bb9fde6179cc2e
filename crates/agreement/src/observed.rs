use betroth_report::Place;

use crate::{CredentialKind, IssuerFact, IssuerKind, VerifierFact};

/// What one front end and one API do, as evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Folder of the front end, relative to the folder looked at; `.` for that folder itself.
    pub web_root: String,
    /// Folder of the API, likewise.
    pub api_root: String,
    /// What makes a credential, on either side.
    pub issuers: Vec<IssuerFact>,
    /// What the calls of the front end to this API carry.
    pub sent: Vec<Sent>,
    /// What verifies a credential in the API.
    pub verifiers: Vec<Verifier>,
    /// Keys that are defaults in the source, by the place that uses each: a hash, so that two can be compared and none is kept.
    pub defaults: Vec<(Place, u64)>,
    /// Where the API makes something of the user's id that the ids of this front end's users are not.
    pub narrowed: Option<Narrowed>,
    /// How the routes answer that the front end calls; all routes of the API where no call could be matched with one.
    pub answers: Answers,
}

/// One kind of credential on calls of the front end to the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Who makes it.
    pub issuer: IssuerKind,
    /// How it travels.
    pub credential: CredentialKind,
    /// How many calls carry it.
    pub calls: usize,
    /// Where it is made or put on the call.
    pub place: Place,
    /// How that was told, or why it could not be.
    pub why: String,
    /// Whether it is the only kind that those calls can carry.
    pub certain: bool,
    /// What else those calls may carry, by a condition of the front end.
    pub others: Vec<(IssuerKind, CredentialKind)>,
    /// For a cookie that belongs to another site than the API: where that site is named.
    pub foreign: Option<Place>,
}

/// A verifier with what its neighbourhood says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// How it verifies.
    pub fact: VerifierFact,
    /// Name of the callable in which it stands.
    pub callable: String,
    /// Checks that an option switches off, by the option's name: `verify_aud`.
    pub switched_off: Vec<String>,
    /// Whether a signed cookie value is taken apart before it is compared; `None` where that could not be told.
    pub splits_cookie: Option<bool>,
}

/// A claim that the API converts to a type to which the issuer's values do not belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowed {
    /// The claim: `sub`.
    pub claim: String,
    /// The type: `UUID`, `int`.
    pub to: String,
    /// Where the API converts it.
    pub at: Place,
    /// Where the ids are made.
    pub made: Place,
}

/// How many routes answer in which way to a caller without a valid credential.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// They refuse, always or unless a setting says otherwise.
    pub required: usize,
    /// They know a caller with a credential, and serve one without.
    pub optional: usize,
    /// They ask for nothing.
    pub open: usize,
    /// They believe what a caller can write.
    pub forgeable: usize,
    /// Not told.
    pub unknown: usize,
    /// A place that shows the answer which is not `required`.
    pub at: Option<Place>,
}

impl Answers {
    /// Number of routes.
    pub fn total(&self) -> usize {
        self.required + self.optional + self.open + self.forgeable + self.unknown
    }
}
