//! Where credentials are verified and signed, and what is made of their claims.

use betroth_agreement::{Condition, VerifierFact};
use betroth_report::Place;

use super::Authentication;

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
