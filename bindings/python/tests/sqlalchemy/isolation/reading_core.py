"""Ways to read a row of somebody else by Core or text, and round the session."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    MetaData,
    String,
    Table,
    TypeDecorator,
    bindparam,
    column,
    extract,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from betroth.sqlalchemy import as_system

from .way import Reach, way
from .world import Note, Photo, Tag, note_tags

CORE, RAW = "Core and text", "Round the session"


class AlwaysBob(TypeDecorator[str]):
    """A type that sends another value than it was given."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        return "bob"


class BobInSql(TypeDecorator[str]):
    """A type that has the database use another value than it was given."""

    impl = String
    cache_ok = True

    def bind_expression(self, bindparam: Any) -> Any:
        return func.coalesce("bob", bindparam)


class Titles(ColumnElement[str]):
    """A construct whose text is its own business."""

    inherit_cache = True
    type = String()


@compiles(Titles)
def _titles(element: Titles, compiler: Any, **options: Any) -> str:
    return "(SELECT max(title) FROM notes WHERE owner_id <> 'ada')"


@way(CORE)
def core_select(r: Reach) -> Any:
    return r.session.execute(select(Note.__table__)).all()


@way(CORE)
def core_select_by_alias(r: Reach) -> Any:
    return r.session.execute(select(Note.__table__.alias("n"))).all()


@way(CORE)
def core_select_of_the_table_of_a_subclass(r: Reach) -> Any:
    return r.session.execute(select(Photo.__table__)).all()


@way(CORE)
def core_select_in_an_orm_statement(r: Reach) -> Any:
    return r.session.execute(select(Tag.name, select(func.min(Note.__table__.c.title)).scalar_subquery())).all()


@way(CORE)
def core_select_with_another_owner_bound(r: Reach) -> Any:
    notes = Note.__table__
    return r.session.execute(select(notes).where(notes.c.owner_id == "bob")).all()


@way(CORE)
def core_select_over_the_link_table(r: Reach) -> Any:
    notes = Note.__table__
    return r.session.execute(select(notes.c.title).join(note_tags, note_tags.c.note_id == notes.c.id)).all()


@way(CORE)
def core_table_without_metadata(r: Reach) -> Any:
    return r.session.execute(select(table("notes", column("title")))).all()


@way(CORE)
def table_reflected_a_second_time(r: Reach) -> Any:
    with as_system("test"):
        again = Table("notes", MetaData(), autoload_with=r.session.connection())
    return r.session.execute(select(again)).all()


@way(CORE)
def orm_statement_from_a_core_select(r: Reach) -> Any:
    return r.session.scalars(select(Note).from_statement(select(Note.__table__))).all()


@way(CORE)
def orm_statement_from_text(r: Reach) -> Any:
    return r.session.scalars(select(Note).from_statement(text("SELECT * FROM notes"))).all()


@way(CORE)
def text_with_columns(r: Reach) -> Any:
    return r.session.execute(text("SELECT id, title FROM notes").columns(column("id"), column("title"))).all()


@way(CORE)
def text_statement(r: Reach) -> Any:
    return r.session.execute(text("SELECT * FROM notes")).all()


@way(CORE)
def text_statement_with_quotes_and_comments(r: Reach) -> Any:
    return r.session.execute(text('SELECT title/**/FROM/* tags */"notes"')).all()


@way(CORE)
def text_statement_with_a_schema(r: Reach) -> Any:
    return r.session.execute(text(f"SELECT * FROM {'public' if r.postgresql else 'main'}.notes")).all()


@way(CORE)
def text_statement_with_a_view_in_a_list(r: Reach) -> Any:
    return r.session.execute(text("SELECT a.title FROM tags t JOIN tags u ON t.id = u.id, all_notes a")).all()


@way(CORE)
def text_statement_that_names_a_window_like_a_view(r: Reach) -> Any:
    statement = "WITH x AS (SELECT 1) SELECT title, count(*) OVER all_notes FROM all_notes WINDOW all_notes AS (PARTITION BY id)"
    return r.session.execute(text(statement)).all()


@way(CORE, only="postgresql")
def text_statement_with_an_escaped_quote(r: Reach) -> Any:
    return r.session.execute(text(r"SELECT E'\'', title FROM notes WHERE title <> ''")).all()


@way(CORE, only="postgresql")
def text_statement_with_an_array(r: Reach) -> Any:
    return r.session.execute(text("SELECT ARRAY[name, (SELECT min(title) FROM notes)] FROM tags")).all()


@way(CORE)
def text_in_the_columns(r: Reach) -> Any:
    return r.session.execute(select(Tag.id, text("(SELECT min(title) FROM notes)"))).all()


@way(CORE)
def text_in_where(r: Reach) -> Any:
    found = r.session.scalars(select(Tag.id).where(text("EXISTS (SELECT 1 FROM notes WHERE id = 2)"))).all()
    return "BOB" if found else "own"


@way(CORE)
def literal_column_with_a_subquery(r: Reach) -> Any:
    return r.session.execute(select(literal_column("(SELECT min(title) FROM notes)"))).all()


@way(CORE)
def operator_that_holds_text(r: Reach) -> Any:
    return r.session.execute(select(Tag.name.op("|| (SELECT min(title) FROM notes) ||")("x"))).all()


@way(CORE)
def prefix_that_holds_text(r: Reach) -> Any:
    return r.session.execute(select(literal_column("1")).prefix_with("(SELECT min(title) FROM notes),")).all()


@way(CORE)
def view_over_the_table(r: Reach) -> Any:
    return r.session.execute(text("SELECT title FROM all_notes")).all()


@way(CORE)
def core_select_of_a_view(r: Reach) -> Any:
    return r.session.execute(select(table("all_notes", column("title")))).all()


@way(CORE)
def core_select_of_a_reflected_view(r: Reach) -> Any:
    view = Table("all_notes", MetaData(), autoload_with=r.session.connection())
    return r.session.execute(select(view.c.title)).all()


@way(CORE)
def core_select_with_a_value_that_its_type_exchanges(r: Reach) -> Any:
    notes = Note.__table__
    return r.session.execute(select(notes.c.title).where(notes.c.owner_id == bindparam("owner", "ada", AlwaysBob()))).all()


@way(CORE)
def core_select_with_a_value_that_its_type_replaces(r: Reach) -> Any:
    notes = Note.__table__
    return r.session.execute(select(notes.c.title).where(notes.c.owner_id == bindparam("owner", "ada", BobInSql()))).all()


@way(CORE)
def construct_that_compiles_itself(r: Reach) -> Any:
    return r.session.execute(select(Titles())).all()


@way(CORE, only="postgresql")
def field_of_extract_that_holds_text(r: Reach) -> Any:
    field = "year FROM now()), (SELECT string_agg(title, ',') FROM notes), EXTRACT(year"
    return r.session.execute(select(extract(field, func.now()))).all()


@way(CORE, only="postgresql")
def function_of_the_database(r: Reach) -> Any:
    return r.session.scalar(select(func.first_title()))


@way(CORE, only="postgresql")
def function_in_text(r: Reach) -> Any:
    return r.session.scalar(text("SELECT first_title()"))


@way(CORE, only="postgresql")
def function_that_runs_text(r: Reach) -> Any:
    return str(r.session.scalar(select(func.query_to_xml("select title from no" + "tes", True, False, ""))))


@way(CORE, only="postgresql")
def block_of_code(r: Reach) -> Any:
    r.session.execute(text("DO $$ BEGIN EXECUTE 'upd' || 'ate no' || 'tes set title = ''changed'' where id = 2'; END $$"))


@way(RAW)
def connection_of_the_session(r: Reach) -> Any:
    return r.session.connection().execute(select(Note.__table__)).all()


@way(RAW)
def connection_of_the_session_with_an_orm_select(r: Reach) -> Any:
    return r.session.connection().execute(select(Note.title)).all()


@way(RAW)
def connection_of_the_engine(r: Reach) -> Any:
    with r.engine.connect() as connection:
        return connection.execute(select(Note.__table__)).all()


@way(RAW)
def text_by_a_connection_of_the_engine(r: Reach) -> Any:
    with r.engine.connect() as connection:
        return connection.execute(text("SELECT * FROM notes")).all()


@way(RAW)
def driver_sql(r: Reach) -> Any:
    with r.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT * FROM notes").all()


@way(RAW)
def session_that_is_not_isolated(r: Reach) -> Any:
    with Session(r.engine) as plain:
        return plain.scalars(select(Note)).all()


@way(RAW)
def get_by_a_session_that_is_not_isolated(r: Reach) -> Any:
    with Session(r.engine) as plain:
        return plain.get(Note, 2)


@way(RAW, raw=True)
def cursor_of_the_driver(r: Reach) -> Any:
    connection = r.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT * FROM notes")
        return cursor.fetchall()
    finally:
        connection.close()
