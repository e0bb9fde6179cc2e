"""The databases that the ways are gone on: SQLite, PostgreSQL as it is, and PostgreSQL with the database layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from betroth.sqlalchemy import as_system, isolate
from betroth.sqlalchemy.guard import check, confine_flush

from ...postgres import server
from . import world
from .way import Layer

KEY = "tests only: 0123456789 abcdefghijklmnop"


def url(folder: str, database: str, role: str, driver: str = "psycopg") -> str:
    """The address of a database of the tests."""
    return f"postgresql+{driver}://{role}@/{database}?host={folder}&port={server.PORT}"


def administer(folder: str, *statements: str) -> None:
    """Runs statements as the superuser: each new database or role has a name of its own."""
    admin = create_engine(url(folder, "postgres", "postgres"), isolation_level="AUTOCOMMIT")
    with as_system("tests"), admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


@contextmanager
def unguarded() -> Iterator[None]:
    """Takes the guard off all engines."""
    event.remove(Engine, "before_cursor_execute", check)
    event.remove(Engine, "before_execute", confine_flush)
    try:
        yield
    finally:
        event.listen(Engine, "before_execute", confine_flush, retval=True)
        event.listen(Engine, "before_cursor_execute", check)


def isolated(engine: Engine) -> sessionmaker[object]:  # type: ignore[type-var]
    maker = sessionmaker(engine)
    isolate(maker, world.OWNERS)
    return maker  # type: ignore[return-value]


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layer]:
    path: Path = tmp_path_factory.mktemp("rows") / "rows.db"
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    world.foreign_keys(engine)
    maker = isolated(engine)
    world.create(engine)
    yield Layer(engine, engine, maker)  # type: ignore[arg-type]
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql(postgres: str) -> Iterator[Layer]:
    """PostgreSQL without the database layer."""
    administer(postgres, "CREATE DATABASE plain")
    engine = create_engine(url(postgres, "plain", "postgres"))
    maker = isolated(engine)
    world.create(engine)
    yield Layer(engine, engine, maker)  # type: ignore[arg-type]
    engine.dispose()


@pytest.fixture(scope="session")
def guarded(postgres: str) -> Iterator[Layer]:
    """PostgreSQL with the database layer, and sessions that are not isolated."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    import betroth.sqlalchemy.postgresql.operations  # noqa: F401

    from betroth.sqlalchemy import by_organization
    from betroth.sqlalchemy.postgresql import confine

    administer(postgres, "CREATE ROLE keeper LOGIN", "CREATE ROLE app LOGIN", "CREATE DATABASE guarded OWNER keeper")
    isolate(sessionmaker(), world.OWNERS)
    keeper = create_engine(url(postgres, "guarded", "keeper"))
    world.create(keeper)
    with as_system("tests"), keeper.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        op.install_isolation(KEY)  # type: ignore[attr-defined]
        for table in ("folders", "notes", "items"):
            op.isolate(table, "owner_id")  # type: ignore[attr-defined]
        op.isolate("documents", by_organization("organization_id"))  # type: ignore[attr-defined]
        op.isolate_through("photos", {"id": ("items", "id")})  # type: ignore[attr-defined]
        op.isolate_through("note_tags", {"note_id": ("notes", "id")})  # type: ignore[attr-defined]
        connection.execute(text("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app"))
        connection.execute(text("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app"))
    keeper.dispose()
    boss = create_engine(url(postgres, "guarded", "postgres"))
    engine = create_engine(url(postgres, "guarded", "app"))
    confine(engine, KEY)
    yield Layer(engine, boss, sessionmaker(engine), session_layer=False)
    engine.dispose()
    boss.dispose()
