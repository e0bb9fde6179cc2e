"""A way to reach a row of somebody else, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InvalidRequestError, NoResultFound
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import DetachedInstanceError, ObjectDeletedError, StaleDataError

from betroth.sqlalchemy import IsolationError, allow_raw, identity

from . import world

FILTERED, REFUSED, NOT_COVERED, NOT_ASKED, NOT_HERE = "filtered", "refused", "not covered", "no statement", "—"


@dataclass
class Reach:
    """What a way has in its hands: a session of Ada's, and the engine behind it."""

    session: Session
    engine: Engine
    maker: sessionmaker[Session]
    postgresql: bool


@dataclass
class Way:
    """`run` returns what it got hold of; `own` runs where the identity is the way's own business."""

    name: str
    group: str
    run: Callable[[Reach], Any]
    only: str | None = None
    in_memory: bool = False
    raw: bool = False


WAYS: list[Way] = []


def way(group: str, *, only: str | None = None, in_memory: bool = False, raw: bool = False) -> Callable[[Any], Any]:
    """Enters a function into the table under its name, read as words."""

    def enter(function: Callable[[Reach], Any]) -> Callable[[Reach], Any]:
        WAYS.append(Way(function.__name__.replace("_", " "), group, function, only, in_memory, raw))
        return function

    return enter


@dataclass
class Layer:
    """One column of the table: a database, the sessions that ask it, and whether the session layer stands."""

    engine: Engine
    admin: Engine
    maker: sessionmaker[Session]
    session_layer: bool = True
    unguard: Callable[[], Any] = field(default=lambda: None)


def outcome(way: Way, layer: Layer) -> str:
    """Goes the way as Ada, who acts for `acme`, commits, and says what came of it."""
    postgresql = layer.engine.dialect.name == "postgresql"
    if way.only not in (None, layer.engine.dialect.name):
        return NOT_HERE
    world.fill(layer.admin)
    before = world.others(layer.admin)
    refused = False
    got: Any = None
    try:
        with identity("ada", organization="acme"), layer.maker() as session:
            reach = Reach(session, layer.engine, layer.maker, postgresql)
            if layer.session_layer:
                got = _shown(way.run(reach))
                session.commit()
            else:
                with allow_raw("the database layer alone"):
                    got = _shown(way.run(reach))
                    session.commit()
    except (IsolationError, StaleDataError, ObjectDeletedError, NoResultFound, DetachedInstanceError):
        refused = True
    except InvalidRequestError as error:
        assert "Could not refresh" in str(error), error
        refused = True
    except DBAPIError as error:
        # Another row stands in the way, or the database's own policy does; a mistake of the test is neither.
        assert any(word in str(error) for word in ("UNIQUE", "duplicate key", "row-level security", "NOT NULL", "not-null", "betroth")), (
            error
        )
        refused = True
    leaked = "BOB" in got if got is not None else False
    if leaked and way.in_memory and not layer.session_layer:
        return NOT_ASKED
    if leaked or world.others(layer.admin) != before:
        return NOT_COVERED
    return REFUSED if refused else FILTERED


def _shown(value: Any) -> str:
    """Everything that can be read off what a way has got hold of, without asking the database again."""
    if hasattr(value, "__table__"):
        loaded = {k: v for k, v in vars(value).items() if not k.startswith("_")}
        return repr({k: v if not hasattr(v, "__table__") else _shown(v) for k, v in loaded.items()})
    if isinstance(value, (list, tuple, set)):
        return " ".join(_shown(v) for v in value)
    if hasattr(value, "_mapping"):
        return " ".join(_shown(v) for v in value)
    return repr(value)
