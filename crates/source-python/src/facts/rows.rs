//! Ways to rows, as far as it matters whose rows they are.

use betroth_report::Place;

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
