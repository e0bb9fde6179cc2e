//! What the API asks of other services, and how it waits for them.

use betroth_report::Place;

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
