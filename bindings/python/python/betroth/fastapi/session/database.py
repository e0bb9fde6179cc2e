"""Sessions, looked up in the database of Better Auth."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, Union

from sqlalchemy import Connection, Engine, String, cast, column, create_engine, inspect, select, table
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from betroth.fastapi.fault import SettingsFault
from betroth.fastapi.session.address import options_of, schema_of, url_of
from betroth.fastapi.session.facts import Row
from betroth.fastapi.session.lookup import Unavailable
from betroth.sqlalchemy.acting import unjudged
from betroth.sqlalchemy.asynchronous import AsyncEngine

T = TypeVar("T")
Database = Union[str, Engine, AsyncEngine]

SECONDS = 5.0
"""How long an answer may take."""
NAMES = ({"session": "session", "user": "user", "member": "member"}, {"session": "sessions", "user": "users", "member": "members"})
"""Under which names the adapters of Better Auth keep their models; the second are those of `usePlural`."""
NEEDED = {"session": ("id", "token", "userId", "expiresAt"), "user": ("id", "email", "emailVerified")}
"""Members by which a table is known for Better Auth's: an application has a `user` of its own often enough."""
MEMBER = ("userId", "organizationId")
"""What says that somebody belongs to an organization; the session of somebody who was removed still names it."""
THREADS = 8
"""How many questions of drivers that block are under way at once; the application's own threads are left alone."""
LASTS = 60.0
"""For how many seconds the tables are taken to be as they were."""
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
        # Some drivers take a password in the query.
        self.place = self._engine.url.set(query={}).render_as_string(hide_password=True)
        named = (places[fact].split(".")[0] for fact in ("email", "name", "roles", "permissions", "organization"))
        self._members = {
            "session": SESSION,
            "user": tuple(dict.fromkeys((*USER, "email", "emailVerified", *named))),
            "member": MEMBER,
        }
        self._tables: Tables | None = None
        self._read_at = 0.0
        self._threads = ThreadPoolExecutor(THREADS, "betroth-sessions")

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
            # The next question looks for the tables anew: they may have been migrated.
            self._tables = None
            raise Unavailable(_told(error, value), CURE) from None

    async def _run(self, ask: Callable[[Connection], T]) -> T:
        engine = self._engine
        if isinstance(engine, AsyncEngine):
            async with engine.connect() as connection:
                return await connection.run_sync(ask)

        def in_thread() -> T:
            with engine.connect() as connection:
                return ask(connection)

        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(self._threads, run, in_thread)

    def _read(self, connection: Connection, member: str, value: str) -> tuple[Row, Row] | None:
        if self._tables is None or time.monotonic() - self._read_at > LASTS:
            self._tables = _tables(connection, self._schema, self._members)
            self._read_at = time.monotonic()
        session, user = self._tables["session"], self._tables["user"]
        # Ids are numbers or UUIDs where Better Auth is set so.
        asked = session[member] if member == "token" else cast(session[member], String)
        query = select(*session.values(), *user.values()).where(asked == value, session["userId"] == user["id"])
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        found, person = dict(zip(session, row)), dict(zip(user, row[len(session) :]))
        organization = found.get("activeOrganizationId")
        if organization is not None and (belongs := self._tables.get("member")):
            is_member = select(belongs["userId"]).where(
                belongs["userId"] == person["id"], belongs["organizationId"] == organization
            )
            if connection.execute(is_member.limit(1)).first() is None:
                found["activeOrganizationId"] = None
        return found, person


Tables = dict[str, dict[str, Any]]
"""The columns of models by the names of their members."""


def _tables(connection: Connection, schema: str | None, members: Mapping[str, tuple[str, ...]]) -> Tables:
    """The tables of Better Auth, which are those that have its columns; members that a plugin would add may be absent."""
    inspector = inspect(connection)
    known = {*inspector.get_table_names(schema), *inspector.get_view_names(schema)}
    found: list[Tables] = []
    for names in NAMES:
        if not {names["session"], names["user"]} <= known:
            continue
        tables: Tables = {}
        for model, name in names.items():
            columns = {it["name"] for it in inspector.get_columns(name, schema)} if name in known else set()
            tables[model] = _columns(name, schema, columns, members[model])
        if all(member in tables[model] for model, needed in NEEDED.items() for member in needed):
            if not all(member in tables["member"] for member in MEMBER):
                del tables["member"]
            found.append(tables)
    if len(found) == 1:
        return found[0]
    if found:
        raise Unavailable("both `session` with `user`, and `sessions` with `users`, could be those of Better Auth", CURE)
    raise Unavailable("the database has no tables `session` and `user` with the columns of Better Auth", CURE)


def _columns(name: str, schema: str | None, columns: set[str], members: tuple[str, ...]) -> dict[str, Any]:
    named = {member: next((it for it in (member, _snake(member)) if it in columns), None) for member in members}
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

            return create_async_engine(url, **options_of(url))
        return create_engine(url, **options_of(url))
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
        fault = "the address of the session database is none that an installed driver opens"
        cure = "write it as `postgresql://user@host/name` with `psycopg` or `asyncpg` installed, or as `sqlite:///path`"
        raise SettingsFault([f"{fault}; {cure}, give the argument `database` an engine, or look sessions up by `get-session`"]) from None
