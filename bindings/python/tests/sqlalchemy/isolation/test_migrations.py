"""The operations of Alembic: written down, undone, and told what they need."""

from __future__ import annotations

import io

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

import betroth.sqlalchemy.postgresql.operations  # noqa: F401
from betroth.sqlalchemy import IsolationSetup, allow_raw, as_system, identity
from betroth.sqlalchemy.postgresql import confine

from .conftest import KEY, administer, url


def written(buffer: io.StringIO) -> Operations:
    options = {"as_sql": True, "output_buffer": buffer}
    return Operations(MigrationContext.configure(dialect_name="postgresql", opts=options))


def test_policies_are_written_down_as_sql() -> None:
    buffer = io.StringIO()
    op = written(buffer)
    op.isolate("notes", "owner_id", types={"owner_id": "bigint"}, references={"parent_id": ("public.notes", "id")})  # type: ignore[attr-defined]
    sql = buffer.getvalue()
    assert 'ALTER TABLE "notes" FORCE ROW LEVEL SECURITY;' in sql
    assert '"owner_id" = (SELECT betroth.subject())::bigint' in sql
    assert """betroth.may_refer('"public"."notes"'::regclass, 'id', "parent_id"::text)""" in sql


def test_what_must_be_asked_of_the_database_must_be_given_where_sql_is_written_down() -> None:
    with pytest.raises(IsolationSetup, match="types="):
        written(io.StringIO()).isolate("notes", "owner_id")  # type: ignore[attr-defined]


def test_the_key_is_never_written_down() -> None:
    buffer = io.StringIO()
    with pytest.raises(IsolationSetup, match="--sql"):
        written(buffer).install_isolation(KEY)  # type: ignore[attr-defined]
    assert buffer.getvalue() == ""


def test_policies_hold_for_ids_of_other_types_and_are_undone(postgres: str) -> None:
    administer(postgres, "CREATE ROLE mover LOGIN", "CREATE ROLE reader LOGIN", "CREATE DATABASE moved OWNER mover")
    mover, reader = create_engine(url(postgres, "moved", "mover")), create_engine(url(postgres, "moved", "reader"))
    confine(reader, KEY)

    def seen(who: str) -> list[int]:
        with identity(who), reader.connect() as connection:
            return list(connection.scalars(text("SELECT owner FROM cards ORDER BY 1")))

    with as_system("tests"), mover.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        connection.execute(text("CREATE TABLE cards (owner bigint NOT NULL)"))
        connection.execute(text("GRANT SELECT ON cards TO reader"))
        connection.execute(text("INSERT INTO cards VALUES (1), (2)"))
        op.install_isolation(KEY)  # type: ignore[attr-defined]
        op.isolate("cards", "owner")  # type: ignore[attr-defined]
        assert list(connection.scalars(text("SELECT owner FROM cards"))) == []
        op.act_as_system("test")  # type: ignore[attr-defined]
        assert len(list(connection.scalars(text("SELECT owner FROM cards")))) == 2
    with allow_raw("the table is not mapped here"):
        assert (seen("1"), seen("2"), seen("3")) == ([1], [2], [])
        with as_system("tests"), mover.begin() as connection:
            op = Operations(MigrationContext.configure(connection))
            op.isolate("cards", "owner")  # type: ignore[attr-defined]
            op.unisolate("cards")  # type: ignore[attr-defined]
            assert len(list(connection.scalars(text("SELECT owner FROM cards")))) == 2
            op.uninstall_isolation()  # type: ignore[attr-defined]
            assert connection.scalar(text("SELECT to_regnamespace('betroth')")) is None
    mover.dispose()
    reader.dispose()
