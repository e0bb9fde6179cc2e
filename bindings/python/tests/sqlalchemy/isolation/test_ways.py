"""Each way to a row of somebody else, on each layer; and the table in `docs/isolation.md`, which says what comes of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy

# What is imported first stands first in the table.
from . import reading_statements, reading_relationships, reading_core, writing  # noqa: F401
from .conftest import unguarded
from .way import FILTERED, NOT_ASKED, NOT_COVERED, NOT_HERE, REFUSED, WAYS, Layer, Way, outcome

PAGE = Path(__file__).parents[5] / "docs" / "isolation.md"
START, END = "<!-- ways: written by tests/sqlalchemy/isolation/test_ways.py -->", "<!-- end of ways -->"
OLD = sqlalchemy.__version__ < "2.1"
WRITE = bool(os.environ.get("BETROTH_WRITE"))  # Read here: tests run without the variables of the machine.


def ways(database: str | None = None) -> pytest.MarkDecorator:
    """Each way that a database has."""
    there = [way for way in WAYS if database is None or way.only in (None, database)]
    return pytest.mark.parametrize("way", there, ids=lambda way: way.name.replace(" ", "_"))


def closed(way: Way, came: str) -> None:
    assert came in ((NOT_COVERED,) if way.raw else (FILTERED, REFUSED))


@ways("sqlite")
def test_the_session_layer_on_sqlite_closes(way: Way, sqlite: Layer) -> None:
    closed(way, outcome(way, sqlite))


@ways("postgresql")
def test_the_session_layer_on_postgresql_closes(way: Way, postgresql: Layer) -> None:
    closed(way, outcome(way, postgresql))


@ways("postgresql")
def test_the_database_layer_alone_closes(way: Way, guarded: Layer) -> None:
    with unguarded():
        came = outcome(way, guarded)
    assert came in (FILTERED, REFUSED) or (came == NOT_ASKED and way.in_memory)


@ways()
def test_nothing_closes_without_isolation(way: Way, sqlite: Layer, postgresql: Layer) -> None:
    """A way that reaches nothing where nothing stands in it would prove nothing elsewhere."""
    from sqlalchemy.orm import sessionmaker

    base = postgresql if way.only == "postgresql" else sqlite
    open_ = Layer(base.engine, base.admin, sessionmaker(base.engine), session_layer=False)
    with unguarded():
        assert outcome(way, open_) in (NOT_COVERED, NOT_ASKED)


def test_tests_for_a_row_that_name_no_class_to_select_are_refused_on_sqlalchemy_2_0_and_filtered_from_2_1(sqlite: Layer) -> None:
    names = {"exists of a row", "any of a relationship", "has of a relationship"}
    expected = dict.fromkeys(names, REFUSED if OLD else FILTERED)
    assert {way.name: outcome(way, sqlite) for way in WAYS if way.name in names} == expected


def test_there_are_at_least_sixty_ways() -> None:
    assert len({way.name for way in WAYS}) == len(WAYS) >= 60


@pytest.mark.skipif(OLD, reason="the page speaks of SQLAlchemy 2.1")
def test_the_page_says_what_comes_of_each_way(sqlite: Layer, postgresql: Layer, guarded: Layer) -> None:
    rows = ["| way | session layer | database layer |", "|---|---|---|"]
    group = ""
    for way in WAYS:
        if way.group != group:
            group = way.group
            rows.append(f"| **{group}** | | |")
        sessions = {outcome(way, sqlite), outcome(way, postgresql)} - {NOT_HERE}
        with unguarded():
            database = outcome(way, guarded)
        rows.append(f"| {way.name} | {' or '.join(sorted(sessions))} | {database} |")
        assert NOT_COVERED not in sessions or way.raw
    table = "\n".join([START, "", *rows, "", END])
    page = PAGE.read_text()
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    if WRITE:
        PAGE.write_text(before + table + after)
        page = PAGE.read_text()
    assert table in page, "the table is out of date: run this test with BETROTH_WRITE=1"
