//! What leads past the isolation of people's rows: connections of the driver itself.

#[expect(dead_code, reason = "each file of tests uses its own part of it")]
mod tree;

use tree::facts;

/// The cursors of a program whose module `db` switches isolation on, and whose module `main` has this body.
fn cursors(db: &str, main: &str) -> Vec<String> {
    let db = format!(
        "
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from betroth.sqlalchemy import isolate
from betroth.sqlalchemy.postgresql import confine
engine = create_engine('sqlite:///notes.db')
SessionLocal = sessionmaker(engine)
{db}
"
    );
    let main = format!(
        "
import sqlite3, aiosqlite
from typing import Annotated
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import Session
from betroth.sqlalchemy import allow_raw
from db import SessionLocal, engine
Db = Annotated[Session, Depends(SessionLocal)]
{main}
"
    );
    let facts = facts(&[("main.py", &main), ("db.py", &db)]);
    let cursors = facts.raw_cursors.into_iter();
    cursors
        .map(|cursor| {
            format!(
                "{} {}",
                cursor.what,
                if cursor.certain { "surely" } else { "perhaps" }
            )
        })
        .collect()
}

const ISOLATED: &str = "isolate(SessionLocal, owners={})";

#[test]
fn each_way_to_a_drivers_connection_is_met() {
    let ways = [
        (
            "engine.raw_connection().cursor()",
            "raw_connection() surely",
        ),
        (
            "def f(s: Session): return s.connection().connection.cursor()",
            "connection surely",
        ),
        (
            "def f(s: Db):\n    c = s.connection()\n    c.connection.execute('x')",
            "connection surely",
        ),
        (
            "def f():\n    with SessionLocal() as s:\n        s.get_bind().raw_connection()",
            "raw_connection() surely",
        ),
        (
            "def f():\n    with engine.connect() as c:\n        c.connection.cursor()",
            "connection surely",
        ),
        (
            "async def f(s: AsyncSession):\n    await (await s.connection()).get_raw_connection()",
            "get_raw_connection() surely",
        ),
        (
            "other = create_async_engine('sqlite+aiosqlite:///x.db')\nasync def f():\n    async with other.connect() as c:\n        await c.get_raw_connection()",
            "get_raw_connection() surely",
        ),
        ("sqlite3.connect('notes.db')", "sqlite3.connect() perhaps"),
        (
            "async def f():\n    async with aiosqlite.connect('notes.db') as c: pass",
            "aiosqlite.connect() perhaps",
        ),
    ];
    for (main, expected) in ways {
        assert_eq!(cursors(ISOLATED, main), [expected], "{main}");
    }
}

#[test]
fn what_is_no_drivers_connection_is_passed_over() {
    for main in [
        "def f(s: Session): return s.connection().execute('x')",
        "def f(request): return request.connection",
        "def f(s: Session, engine): engine.raw_connection()",
        "sqlite3.connect(':memory:')",
        "with allow_raw('monthly report'):\n    engine.raw_connection()",
    ] {
        assert_eq!(cursors(ISOLATED, main), [""; 0], "{main}");
    }
}

#[test]
fn without_isolation_or_where_the_database_holds_it_nothing_is_said() {
    let main = "engine.raw_connection()";
    assert_eq!(cursors("", main), [""; 0]);
    assert_eq!(
        cursors(&format!("{ISOLATED}\nconfine(engine, 'key')"), main),
        [""; 0]
    );
}
