"""The address of a database, which is often written for a library of JavaScript."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

DRIVERS = ("psycopg", "asyncpg", "psycopg2")
"""Those for PostgreSQL, where the address names none: the first that is installed."""
OF_PRISMA = ("schema", "pgbouncer", "connection_limit", "pool_timeout", "statement_cache_size", "socket_timeout")
"""Parameters that no driver of Python knows."""


def url_of(address: str) -> URL:
    """The address for SQLAlchemy. A file of SQLite is opened to be read, and is not made where it is not there.

    Takes `postgres://`, the parameters of Prisma, `file:./dev.db` and a bare path beside what SQLAlchemy takes.
    Raises `ArgumentError` for what is no address, `ImportError` where PostgreSQL has no driver.
    """
    if address.startswith("file:"):
        return _of_file(address.removeprefix("file:").partition("?")[0])
    if "://" not in address:
        return _of_file(address)
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:") and "uri" not in url.query:
        return _of_file(str(url.database)).set(drivername=url.drivername)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername=f"postgresql+{_driver()}")
    if url.get_backend_name() == "postgresql":
        url = url.difference_update_query(OF_PRISMA)
        if url.get_driver_name() == "asyncpg" and "sslmode" in url.query:
            mode = url.query["sslmode"]
            url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url


def options_of(url: URL) -> dict[str, Any]:
    """How an engine for an address is made, so that a server that says nothing holds up nobody for long. Times are in seconds."""
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True}
    if url.get_backend_name() == "postgresql":
        options["pool_timeout"] = 5
        if url.get_driver_name() == "asyncpg":
            options["connect_args"] = {"timeout": 5, "command_timeout": 5}
        elif "options" not in url.query:
            options["connect_args"] = {"connect_timeout": 5, "options": "-c statement_timeout=5000"}
    return options


def schema_of(address: str) -> str | None:
    """The schema that Prisma's parameter names."""
    schema = make_url(address).query.get("schema") if "://" in address else None
    return schema if isinstance(schema, str) else None


def _of_file(path: str) -> URL:
    # In the address of a file, as SQLite has it, these three mean something else.
    written = quote(path.removeprefix("//"), safe="/:")
    return URL.create("sqlite", database=f"file:{written}", query={"mode": "ro", "uri": "true"})


def _driver() -> str:
    for name in DRIVERS:
        if find_spec(name) is not None:
            return name
    raise ImportError(f"none of {', '.join(DRIVERS)} is installed")
