"""What can be injected into a statement of Ada's, in a database with the policies, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from betroth.sqlalchemy import IsolationSetup, allow_raw, as_system, identity
from betroth.sqlalchemy.acting import Identity
from betroth.sqlalchemy.postgresql import IsolationKey, confine

from . import world
from .conftest import KEY, url
from .way import Layer


@pytest.fixture(autouse=True)
def rows(guarded: Layer) -> None:
    world.fill(guarded.admin)


@contextmanager
def connected(layer: Layer, who: str | None) -> Iterator[Connection]:
    """A connection with whatever may be sent over it, while `who` acts."""
    with allow_raw("tests of injection"), layer.engine.connect() as connection:
        if who is None:
            yield connection
        else:
            with identity(who):
                yield connection


def titles(connection: Connection) -> list[str]:
    return sorted(connection.scalars(text("SELECT title FROM notes")))


def test_ada_and_bob_see_their_own_rows(guarded: Layer) -> None:
    for who, count in (("ada", 2), ("bob", 2), ("eve", 0)):
        with connected(guarded, who) as connection:
            assert len(titles(connection)) == count
    with connected(guarded, None) as connection:
        assert titles(connection) == []


def test_one_connection_of_the_pool_serves_each_as_themselves(guarded: Layer) -> None:
    engine = create_engine(guarded.engine.url, pool_size=1, max_overflow=0)
    confine(engine, KEY)
    seen = set()
    for who in ("ada", "bob", None, "ada", None):
        with connected(Layer(engine, engine, guarded.maker), who) as connection:
            seen.add(connection.scalar(text("SELECT pg_backend_pid()")))
            assert all(("BOB" in title) == (who == "bob") for title in titles(connection))
            assert len(titles(connection)) == (0 if who is None else 2)
    assert len(seen) == 1
    engine.dispose()


FORGED = [
    "bob",
    '{"kind":"person","subject":"bob"}',
    "0" * 64 + "." + b'{"kind":"person","subject":"bob","organization":null}'.hex(),
    "0" * 64 + "." + b'{"kind": "system", "subject": null, "organization": null}'.hex(),
    "not even hex",
    "0" * 64 + ".0",
]


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("forged", FORGED)
def test_an_injected_set_config_makes_nobody_anybody(guarded: Layer, forged: str, local: bool) -> None:
    with connected(guarded, "ada") as connection:
        titles(connection)
        connection.execute(text("SELECT set_config('betroth.identity', :forged, :local)"), {"forged": forged, "local": local})
        assert titles(connection) == []
        connection.commit()
        assert all("BOB" not in title for title in titles(connection))


def test_a_changed_subject_under_adas_own_seal_is_nobody(guarded: Layer) -> None:
    with connected(guarded, "ada") as connection:
        held = connection.scalar(text("SELECT current_setting('betroth.identity')"))
        changed = held[:65] + bytes.fromhex(held[65:]).replace(b"ada", b"bob").hex()
        assert changed != held
        connection.execute(text("SELECT set_config('betroth.identity', :forged, true)"), {"forged": changed})
        assert titles(connection) == []


def test_adas_seal_kept_for_the_session_is_worth_nothing_in_the_next_transaction(guarded: Layer) -> None:
    engine = create_engine(guarded.engine.url, pool_size=1, max_overflow=0)
    confine(engine, KEY)
    with connected(Layer(engine, engine, guarded.maker), "ada") as connection:
        connection.execute(text("SELECT set_config('betroth.identity', current_setting('betroth.identity'), false)"))
        assert len(titles(connection)) == 2
        connection.commit()
    raw = engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("SELECT current_setting('betroth.identity')")
    assert cursor.fetchone()[0] != ""
    cursor.execute("SELECT title FROM notes")
    assert cursor.fetchall() == []
    raw.close()
    with connected(Layer(engine, engine, guarded.maker), None) as connection:
        assert titles(connection) == []
    with connected(Layer(engine, engine, guarded.maker), "bob") as connection:
        assert all("BOB" in title for title in titles(connection))
    engine.dispose()


def test_a_seal_of_bobs_is_worth_nothing_in_adas_connection(guarded: Layer) -> None:
    with connected(guarded, "bob") as his, connected(guarded, "ada") as hers:
        with identity("bob"):
            seal = his.scalar(text("SELECT current_setting('betroth.identity')"))
            assert len(titles(his)) == 2
        hers.execute(text("SELECT set_config('betroth.identity', :seal, true)"), {"seal": seal})
        assert titles(hers) == []


@pytest.mark.parametrize(
    "injected",
    [
        "RESET ALL",
        "RESET betroth.identity",
        "SET LOCAL betroth.identity = ''",
        "SET row_security = off",
        "SELECT set_config('row_security', 'off', true)",
        "SELECT set_config('role', 'keeper', true)",
        "SET ROLE keeper",
        "SET SESSION AUTHORIZATION keeper",
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY betroth_takes ON notes",
        "CREATE POLICY mine ON notes USING (true)",
        "SELECT inner_block FROM betroth.key",
        "COPY betroth.key TO STDOUT",
        "SELECT betroth.hmac('seal|')",
        "SELECT betroth.seal('00')",
        'SELECT betroth.hold(\'{"kind":"person","subject":"bob"}\')',
        "SELECT betroth.act_as_system('because')",
        'SELECT betroth.enter(\'{"kind":"person","subject":"bob"}\', repeat(\'0\', 64))',
        "CREATE OR REPLACE FUNCTION betroth.subject() RETURNS text LANGUAGE sql AS $$ SELECT 'bob' $$",
        "CREATE FUNCTION public.subject() RETURNS text LANGUAGE sql AS $$ SELECT 'bob' $$",
        "ALTER FUNCTION betroth.subject() SECURITY INVOKER",
        "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "ROLLBACK; SELECT set_config('betroth.identity', 'bob', false)",
        "COMMIT; BEGIN; SELECT set_config('betroth.identity', 'bob', true)",
    ],
)
def test_injected_statements_show_nothing_of_bobs(guarded: Layer, injected: str) -> None:
    engine = create_engine(guarded.engine.url, pool_size=1, max_overflow=0)
    confine(engine, KEY)
    with connected(Layer(engine, engine, guarded.maker), "ada") as connection:
        titles(connection)
        for statement in injected.split("; "):
            try:
                connection.exec_driver_sql(statement)
            except DBAPIError:
                connection.rollback()
        try:
            seen = titles(connection)
        except DBAPIError:  # With `row_security` off, PostgreSQL refuses what the policies would filter.
            connection.rollback()
            seen = []
        assert all("BOB" not in title for title in seen)
    for who in ("ada", None):
        with connected(Layer(engine, engine, guarded.maker), who) as connection:
            try:
                assert all("BOB" not in title for title in titles(connection))
            except DBAPIError:
                connection.rollback()
    engine.dispose()


def signed(engine_pid: int, **changes: Any) -> tuple[str, str]:
    key = IsolationKey(changes.pop("key", KEY))
    return key.sign(Identity("bob"), changes.pop("backend", engine_pid), changes.pop("now", None))


@pytest.mark.parametrize(
    "changes",
    [{"key": "another key, of which nobody has heard: 0123456789"}, {"backend": 1}, {"now": 1_600_000_000}, {"now": 4_000_000_000}],
    ids=["by another key", "for another connection", "long ago", "in the future"],
)
def test_an_identity_is_refused_if_it_was_signed(guarded: Layer, changes: dict[str, Any]) -> None:
    with connected(guarded, "ada") as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        payload, mac = signed(pid, **changes)
        with pytest.raises(DBAPIError, match="betroth: the identity"):
            connection.execute(text("SELECT betroth.enter(:payload, :mac)"), {"payload": payload, "mac": mac})


def test_other_connections_do_not_see_what_was_signed(guarded: Layer) -> None:
    with connected(guarded, "bob") as his, connected(guarded, "ada") as hers:
        with identity("bob"):
            titles(his)
        his.rollback()
        shown = hers.scalars(text("SELECT coalesce(string_agg(query, ' '), '') FROM pg_stat_activity")).all()
        assert not any("bob" in query for query in shown)


def test_the_system_sees_all_and_then_ada_sees_hers_in_one_transaction(guarded: Layer) -> None:
    with connected(guarded, "ada") as connection:
        assert len(titles(connection)) == 2
        with as_system("test"):
            assert len(titles(connection)) == 4
        assert len(titles(connection)) == 2


def test_a_rollback_to_a_savepoint_does_not_bring_the_system_back(guarded: Layer) -> None:
    with connected(guarded, "ada") as connection:
        with as_system("test"):
            assert len(titles(connection)) == 4
            savepoint = connection.begin_nested()
        assert len(titles(connection)) == 2
        savepoint.rollback()
        assert len(titles(connection)) == 2


def test_a_role_that_could_go_round_the_policies_is_refused(guarded: Layer, postgres: str) -> None:
    for role, why in (("postgres", "superuser"), ("keeper", "owns")):
        engine = create_engine(url(postgres, "guarded", role))
        confine(engine, KEY)
        with identity("ada"), engine.connect() as connection, pytest.raises(IsolationSetup, match=why):
            connection.execute(text("SELECT 1"))
        engine.dispose()


def test_a_database_without_the_migration_is_refused(guarded: Layer, postgres: str) -> None:
    engine = create_engine(url(postgres, "postgres", "app"))
    confine(engine, KEY)
    with identity("ada"), engine.connect() as connection, pytest.raises(IsolationSetup, match="install_isolation"):
        connection.execute(text("SELECT 1"))
    engine.dispose()


def test_a_weak_key_is_refused() -> None:
    for weak in ("", "short", "a" * 64):
        with pytest.raises(IsolationSetup, match="openssl rand -base64 32"):
            IsolationKey(weak)


def test_a_key_is_not_shown() -> None:
    assert repr(IsolationKey(KEY)) == "IsolationKey(…)"


def test_a_driver_that_writes_values_into_the_text_is_refused() -> None:
    engine = create_engine("sqlite://")
    with pytest.raises(IsolationSetup, match="psycopg 3 or asyncpg"):
        confine(engine, KEY)


def test_a_statement_outside_a_transaction_sees_no_row(guarded: Layer) -> None:
    engine = create_engine(guarded.engine.url, isolation_level="AUTOCOMMIT")
    confine(engine, KEY)
    with connected(Layer(engine, engine, guarded.maker), "ada") as connection:
        assert titles(connection) == []
    engine.dispose()
