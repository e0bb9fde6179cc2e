use betroth_report::{Confidence, Finding, Fix, Severity};
use betroth_source_python::RawCursor;

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A cursor of the driver reads past the isolation of people's rows.
    ///
    /// `betroth.sqlalchemy` stands at SQLAlchemy's sessions and engines, and refuses there what does not keep to its owner. A statement that the
    /// driver's own cursor sends goes past both: `engine.raw_connection()`, the connection behind a `Connection`, or `sqlite3.connect` on the same
    /// file. It sees everybody's rows. On PostgreSQL the policies of `betroth.sqlalchemy.postgresql` hold for such a cursor too.
    ///
    /// ```py bad api/main.py
    /// from fastapi import FastAPI
    /// from sqlalchemy import create_engine
    /// from sqlalchemy.orm import sessionmaker
    /// from betroth.sqlalchemy import isolate
    /// from .models import Note
    ///
    /// engine = create_engine("sqlite:///notes.db")
    /// Session = sessionmaker(engine)
    /// isolate(Session, owners={Note: "owner_id"})
    /// app = FastAPI()
    ///
    /// @app.get("/titles")
    /// def titles():
    ///     cursor = engine.raw_connection().cursor()
    ///     return cursor.execute("SELECT title FROM notes").fetchall()
    /// ```
    /// ```py good api/main.py
    /// from fastapi import FastAPI
    /// from sqlalchemy import create_engine, select
    /// from sqlalchemy.orm import sessionmaker
    /// from betroth.sqlalchemy import isolate
    /// from .models import Note
    ///
    /// engine = create_engine("sqlite:///notes.db")
    /// Session = sessionmaker(engine)
    /// isolate(Session, owners={Note: "owner_id"})
    /// app = FastAPI()
    ///
    /// @app.get("/titles")
    /// def titles():
    ///     with Session() as session:
    ///         return session.scalars(select(Note.title)).all()
    /// ```
    "cursor-outside-isolation" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let cursors = subject.python.raw_cursors.iter();
    let served = cursors.filter(|cursor| !is_aside(&cursor.place.file));
    served.map(finding).collect()
}

fn finding(cursor: &RawCursor) -> Finding {
    let finding = Finding::new(
        RULE.id,
        if cursor.certain { Severity::Warning } else { Severity::Note },
        cursor.place.clone(),
        format!("`{}` leads past the isolation of people's rows", cursor.what),
    )
    .label("a connection of the driver itself")
    .why("what its cursor reads and writes carries no owner, and is not refused")
    .help(
        "ask through the session; if it has to be, `with allow_raw(\"reason\"):` around it says why. On PostgreSQL, `op.isolate` and `confine` of \
         `betroth.sqlalchemy.postgresql` hold for every cursor",
    )
    .fix(Fix::Suggested);
    if cursor.certain {
        finding
    } else {
        finding.confidence(Confidence::Low)
    }
}
