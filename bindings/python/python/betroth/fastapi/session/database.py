"""Sessions, looked up in the database of Better Auth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Union

from sqlalchemy import Connection, Engine, column, create_engine, inspect, select, table
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from betroth.fastapi.fault import SettingsFault
from betroth.fastapi.session.address import schema_of, url_of
from betroth.fastapi.session.facts import Row
from betroth.fastapi.session.lookup import Unavailable
from betroth.sqlalchemy.acting import unjudged
from betroth.sqlalchemy.asynchronous import AsyncEngine

T = TypeVar("T")
Database = Union[str, Engine, AsyncEngine]

SECONDS = 5.0
"""How long an answer may take."""
TABLES = {"session": ("session", "sessions"), "user": ("user", "users")}
"""Under which names the adapters of Better Auth keep a model; the second is that of `usePlural`."""
SESSION = ("id", "token", "userId", "expiresAt", "activeOrganizationId", "impersonatedBy")
"""What is read of a session."""
USER = ("id", "banned", "banExpires")
"""What is read of a user in any case."""
CURE = "see that the address is that of Better Auth's database, and that its tables `session` and `user` are there"


class DatabaseLookup:
    """Reads sessions where Better Auth keeps them, and writes nothing."""

    finds_ids = True

    def __init__(self, database: Database, places: Mapping[str, str]) -> None:
        """`database` is an address or an engine of SQLAlchemy; `places` names the members of the user that are read.

        Raises `SettingsFault` for an address that no installed driver opens.
        """
        self._engine = _open(database) if isinstance(database, str) else database
        self._schema = schema_of(database) if isinstance(database, str) else None
        self.place = self._engine.url.render_as_string(hide_password=True)
        named = (places[fact].split(".")[0] for fact in ("email", "name", "roles", "permissions", "organization"))
        self._members = {"session": SESSION, "user": tuple(dict.fromkeys((*USER, *named)))}
        self._tables: dict[str, dict[str, Any]] | None = None

    async def by_token(self, token: str, cookie: str | None) -> tuple[Row, Row] | None:
        return await self._find("token", token)

    async def by_id(self, session: str) -> tuple[Row, Row] | None:
        return await self._find("id", session)

    async def _find(self, member: str, value: str) -> tuple[Row, Row] | None:
        try:
            # Isolation judges the statements of every engine, and this one is for nobody's rows.
            with unjudged("the session of a request"):
                return await asyncio.wait_for(self._run(lambda connection: self._read(connection, member, value)), SECONDS)
        except asyncio.TimeoutError:
            raise Unavailable(f"no answer within {SECONDS:.0f} s", CURE) from None
        except (SQLAlchemyError, OSError) as error:
            raise Unavailable(_told(error, value), CURE) from None

    async def _run(self, ask: Callable[[Connection], T]) -> T:
        engine = self._engine
        if isinstance(engine, AsyncEngine):
            async with engine.connect() as connection:
                return await connection.run_sync(ask)

        def in_thread() -> T:
            with engine.connect() as connection:
                return ask(connection)

        return await asyncio.to_thread(in_thread)

    def _read(self, connection: Connection, member: str, value: str) -> tuple[Row, Row] | None:
        if self._tables is None:
            read = self._members.items()
            self._tables = {model: _columns(connection, self._schema, model, members) for model, members in read}
        session, user = self._tables["session"], self._tables["user"]
        query = select(*session.values(), *user.values()).where(session[member] == value, session["userId"] == user["id"])
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return dict(zip(session, row)), dict(zip(user, row[len(session) :]))


def _columns(connection: Connection, schema: str | None, model: str, members: tuple[str, ...]) -> dict[str, Any]:
    """The columns of a model by the names of its members; those that a plugin would add may be absent."""
    inspector = inspect(connection)
    known = inspector.get_table_names(schema)
    name = next((name for name in TABLES[model] if name in known), None)
    if name is None:
        raise Unavailable(f"the database has no table `{model}`", CURE)
    columns = {described["name"] for described in inspector.get_columns(name, schema)}
    named = {member: next((it for it in (member, _snake(member)) if it in columns), None) for member in members}
    for member in ("id", "token", "userId", "expiresAt") if model == "session" else ("id",):
        if named[member] is None:
            raise Unavailable(f"the table `{name}` has no column `{member}`", CURE)
    # Of types nothing is said: a time comes as the driver has it.
    source = table(name, *(column(it) for it in named.values() if it is not None), schema=schema)
    return {member: source.c[it] for member, it in named.items() if it is not None}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _told(error: Exception, value: str) -> str:
    """What an error says, in the words of the driver: SQLAlchemy's own show the parameters."""
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(origin).partition("\n")[0]
    name = type(origin).__name__
    return name if value in text or not isinstance(error, (DBAPIError, OSError)) else f"{name}: {text}"


def _open(address: str) -> Union[Engine, AsyncEngine]:
    try:
        url = url_of(address)
        if url.get_dialect().is_async:
            from sqlalchemy.ext.asyncio import create_async_engine

            return create_async_engine(url, hide_parameters=True)
        return create_engine(url, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
        fault = "the address of the session database is none that an installed driver opens"
        cure = "write it as `postgresql://user@host/name` with `psycopg` or `asyncpg` installed, or as `sqlite:///path`"
        raise SettingsFault([f"{fault}; {cure}, give the argument `database` an engine, or look sessions up by `get-session`"]) from None
