"""Who calls, for code that no request is handed to: a query, a log line."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol


class Person(Protocol):
    """Somebody whose credential was verified."""

    @property
    def id(self) -> str:
        """The verified subject."""

    @property
    def organization(self) -> str | None:
        """The organization that the person acts in."""


current: ContextVar[Person | None] = ContextVar("betroth.identity", default=None)
"""Who calls; `None` outside of a request, and where nobody is known. `betroth.fastapi` sets it once somebody is verified."""
