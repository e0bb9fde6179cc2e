use betroth_report::Place;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value<T> {
    /// Exactly this.
    Known(T),
    /// One of these, depending on something that the source does not settle.
    OneOf(Vec<T>),
    /// Not told, with the reason.
    Unknown(String),
}

impl<T> Value<T> {
    /// The values that are possible; `None` where nothing is known.
    pub fn possible(&self) -> Option<&[T]> {
        match self {
            Self::Known(value) => Some(std::slice::from_ref(value)),
            Self::OneOf(values) => Some(values),
            Self::Unknown(_) => None,
        }
    }
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A spot in a source file.
    Source(Place),
    /// A key of the contract.
    Contract(String),
}

/// A setting on which a fact depends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    /// Name of the setting or of the environment variable.
    pub setting: String,
    /// Its default as written in the source; `None` where it has none.
    pub default: Option<String>,
}

/// A fact with its origin: a set of possible values under a condition, never a bare value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence<T> {
    /// What is known.
    pub value: Value<T>,
    /// Where it was read.
    pub origin: Origin,
    /// Under which setting it holds; `None` where it always does.
    pub condition: Option<Condition>,
}

impl<T> Evidence<T> {
    /// A value read in a source file, which holds always.
    pub fn known(value: T, place: Place) -> Self {
        Self {
            value: Value::Known(value),
            origin: Origin::Source(place),
            condition: None,
        }
    }

    /// A fact that stands at `place` but could not be read.
    pub fn unknown(why: impl Into<String>, place: Place) -> Self {
        Self {
            value: Value::Unknown(why.into()),
            origin: Origin::Source(place),
            condition: None,
        }
    }

    /// The spot in the source, where the fact was read in one.
    pub fn place(&self) -> Option<&Place> {
        match &self.origin {
            Origin::Source(place) => Some(place),
            Origin::Contract(_) => None,
        }
    }
}
