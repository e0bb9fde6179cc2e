"""Tells the database who acts, once for each transaction and whenever that changes in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

from ..acting import found
from ..asynchronous import AsyncEngine
from ..errors import IsolationSetup
from .key import IsolationKey

_ENTERED = "betroth_entered"
_BACKEND = "betroth_backend"
_SIGNED_APART = frozenset({"psycopg", "psycopg_async", "asyncpg"})
_UNSET = object()


def confine(engine: Engine | AsyncEngine, key: str | IsolationKey) -> None:
    """Makes the policies that `op.isolate` put on the tables hold for all connections of `engine`.

    Before the first statement of a transaction, and whenever another person or the system comes to act in it, one statement tells the
    database who acts, signed with `key`. Statements outside a transaction (`AUTOCOMMIT`) see no owned row.

    # Errors
    `IsolationSetup` if the key is weak, if the driver is another than psycopg 3 or asyncpg (others write values into the text of a
    statement, where other connections can read them), and, at the first connection, if the role could go round the policies.
    """
    key = key if isinstance(key, IsolationKey) else IsolationKey(key)
    sync = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    if sync.dialect.name != "postgresql" or sync.dialect.driver not in _SIGNED_APART:
        raise IsolationSetup(
            f"the database layer needs PostgreSQL with psycopg 3 or asyncpg, and this engine is `{sync.dialect.name}+{sync.dialect.driver}`"
        )
    teller = _Teller(key, sync.dialect.driver)
    event.listen(sync, "before_cursor_execute", teller.tell)
    event.listen(sync, "after_cursor_execute", _forget_after)
    for moment in ("begin", "commit", "rollback"):
        event.listen(sync, moment, _forget)


def _forget(connection: Connection) -> None:
    connection.info[_ENTERED] = _UNSET


def _forget_after(connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
    """A rollback to a savepoint brings back what was told before it, so who acts is told anew."""
    if "ROLLBACK" in statement.upper():
        _forget(connection)


class _Teller:
    """Signs who acts for the server process behind a connection."""

    def __init__(self, key: IsolationKey, driver: str) -> None:
        self._key = key
        self._enter = "SELECT betroth.enter($1, $2)" if driver == "asyncpg" else "SELECT betroth.enter(%s, %s)"
        self._examined = False

    def tell(self, connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        acting = found()
        entered = connection.info.get(_ENTERED, _UNSET)
        if entered is acting or (entered is not _UNSET and entered == acting):
            return
        driver: Any = connection.connection.dbapi_connection
        own = driver.cursor()
        try:
            if _BACKEND not in connection.info:
                own.execute("SELECT pg_catalog.pg_backend_pid()")
                connection.info[_BACKEND] = own.fetchone()[0]
            if not self._examined:
                examine(own)
                self._examined = True
            payload, mac = self._key.sign(acting, connection.info[_BACKEND])
            own.execute(self._enter, (payload, mac))
        finally:
            own.close()
        connection.info[_ENTERED] = acting


def examine(cursor: Any) -> None:
    """Refuses a role of the program that could go round the policies.

    # Errors
    `IsolationSetup` that names what the role can do and the statement that takes it away.
    """
    cursor.execute(
        "SELECT r.rolsuper, r.rolbypassrls, r.rolname, pg_has_role(session_user, n.nspowner, 'MEMBER'), "
        "EXISTS (SELECT 1 FROM pg_policies p JOIN pg_class c ON c.relname = p.tablename "
        "AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = p.schemaname) "
        "WHERE p.policyname = 'betroth_takes' AND pg_has_role(session_user, c.relowner, 'MEMBER')), "
        "has_table_privilege(session_user, to_regclass('betroth.key'), 'SELECT') "
        "FROM pg_roles r LEFT JOIN pg_namespace n ON n.nspname = 'betroth' WHERE r.rolname = session_user"
    )
    superuser, bypass, role, owns_schema, owns_table, reads_key = cursor.fetchone()
    if reads_key is None:
        raise IsolationSetup("the database has no schema `betroth`: run a migration with `op.install_isolation(key)` first")
    why = (
        "is a superuser"
        if superuser
        else "has BYPASSRLS"
        if bypass
        else "owns the schema `betroth`"
        if owns_schema
        else "owns an isolated table"
        if owns_table
        else "can read the key"
        if reads_key
        else None
    )
    if why is not None:
        raise IsolationSetup(
            f"the role `{role}` {why}, so the policies would not hold for it: let the program connect as a role of its own "
            "(`CREATE ROLE app LOGIN`) that is granted SELECT, INSERT, UPDATE and DELETE on the tables and nothing else"
        )
