"""Who acts now: a person, the system, or nobody.

One context variable says so for the request or task that runs. Whoever has verified a credential sets it; it is seen in async code, in
synchronous endpoints, which run in threads, and in background tasks of the request. This module needs no SQLAlchemy.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

log = logging.getLogger("betroth.sqlalchemy")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identity:
    """A person, and the organization for which they act.

    `subject` is the verified `sub` of a token or the user's id of a session, `organization` the id of an organization; both as text.
    """

    subject: str
    organization: str | None = None
    witness: Callable[[str], None] | None = field(default=None, compare=False, repr=False)
    """Told, in words, where they try to change what is somebody else's; without one the log is."""

    def __post_init__(self) -> None:
        if not isinstance(self.subject, str) or not self.subject:
            raise ValueError("`subject` must be text that is not empty: the verified id of a person")
        if self.organization is not None and (not isinstance(self.organization, str) or not self.organization):
            raise ValueError("`organization` must be text that is not empty, or None")


@dataclass(frozen=True, slots=True)
class System:
    """The program itself, which sees everybody's rows, and why it has to."""

    reason: str


Acting = Identity | System

_acting: ContextVar[Acting | Callable[[], Identity] | None] = ContextVar("betroth_acting", default=None)
_raw: ContextVar[str | None] = ContextVar("betroth_raw", default=None)


def found() -> Acting | None:
    """The person or system that acts now, or `None`."""
    acting = _acting.get()
    if acting is None or isinstance(acting, (Identity, System)):
        return acting
    # Who only said how to find out is asked once in each context.
    identity = acting()
    _acting.set(identity)
    return identity


WAYS = (
    "ask for a person on this route (`Depends(auth.user)`, or `acting` with a guard of your own), act for one with "
    '`identity("…")`, or, at the start, in a job or a fixture, for nobody with `as_system("reason")`'
)
"""How somebody comes to act, for whoever finds that nobody does."""

raw_reason = _raw.get
"""Why statements that cannot be judged pass now, or `None` where they do not."""


Entered = Token[Acting | Callable[[], Identity] | None]
"""What undoes `enter`."""


def enter(acting: Identity | Callable[[], Identity] | None) -> Entered:
    """Makes `acting` the identity of this context until `leave`; `None` stands for nobody. For guards.

    It may be what finds the identity: that is asked with the first query, for many requests have none.
    """
    return _acting.set(acting)


def leave(before: Entered) -> None:
    """Undoes `enter`."""
    _acting.reset(before)


@contextmanager
def _holding(variable: ContextVar[T], value: T) -> Iterator[None]:
    before = variable.set(value)
    try:
        yield
    finally:
        variable.reset(before)


@contextmanager
def identity(subject: str | int | UUID, organization: str | int | UUID | None = None) -> Iterator[Identity]:
    """Acts as this person inside the block: for jobs on somebody's behalf, and for tests. Ids may be as they stand in an owner column.

    # Errors
    `ValueError` for an id that is empty or none of these.
    """
    acting = Identity(_text(subject), _text(organization))
    with _holding(_acting, acting):
        yield acting


def _text(id: Any) -> Any:
    return str(id) if isinstance(id, (int, UUID)) and not isinstance(id, bool) else id


@contextmanager
def as_system(reason: str) -> Iterator[System]:
    """Sees and writes everybody's rows inside the block. The one way round isolation; each use is logged with its reason.

    # Errors
    `ValueError` without a reason.
    """
    acting = System(_reason("as_system", reason))
    before = found()
    log.warning(
        "acting as the system: %s",
        reason,
        stacklevel=3,
        extra={"code": "as-system", "reason": reason, "subject": before.subject if isinstance(before, Identity) else None},
    )
    with _holding(_acting, acting):
        yield acting


@contextmanager
def allow_raw(reason: str) -> Iterator[None]:
    """Lets Core and text statements on owned tables pass inside the block as they are written. Each use is logged with its reason.

    Whoever writes the statement writes its owner too. ORM statements keep their filter, and so does the database layer.

    # Errors
    `ValueError` without a reason.
    """
    _reason("allow_raw", reason)
    log.warning("raw statements allowed: %s", reason, stacklevel=3, extra={"code": "allow-raw", "reason": reason})
    with unjudged(reason):
        yield


@contextmanager
def unjudged(reason: str) -> Iterator[None]:
    """The same without a line in the log, for statements of Betroth itself, which touch no owned table."""
    with _holding(_raw, reason):
        yield


def _reason(name: str, reason: str) -> str:
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError(f'`{name}` needs a reason, which is logged: `with {name}("monthly report"):`')
    return reason


def current() -> Identity:
    """The person who acts.

    # Errors
    `NoUser` if nobody acts, or the system does.
    """
    acting = found()
    if isinstance(acting, Identity):
        return acting
    from .errors import NoUser  # It stands on SQLAlchemy, which this module can do without.

    raise NoUser(f"nobody is in context: {WAYS}")
