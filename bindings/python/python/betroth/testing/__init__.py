"""Tests of an API behind the guard, with nothing of it switched off.

    def test_notes_are_apart(as_user):
        note = as_user("ada").post("/notes", json={"text": "mine"}).json()
        assert_apart(as_user("ada"), as_user("grace"), f"/notes/{note['id']}", listed="/notes")

An issuer in memory signs real tokens, good and bad, and the guard verifies them as it does in production.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from betroth.testing.apart import assert_apart
    from betroth.testing.callers import Callers
    from betroth.testing.clock import Clock
    from betroth.testing.forgery import BAD, Bad
    from betroth.testing.guarded import assert_guarded, assert_guarded_async
    from betroth.testing.issuer import Issuer
    from betroth.testing.replacement import guard_of, stand_in

__all__ = [
    "BAD",
    "Bad",
    "Callers",
    "Clock",
    "Issuer",
    "assert_apart",
    "assert_guarded",
    "assert_guarded_async",
    "guard_of",
    "stand_in",
]

_MODULES = {
    "BAD": "forgery",
    "Bad": "forgery",
    "Callers": "callers",
    "Clock": "clock",
    "Issuer": "issuer",
    "assert_apart": "apart",
    "assert_guarded": "guarded",
    "assert_guarded_async": "guarded",
    "guard_of": "replacement",
    "stand_in": "replacement",
}


# The plugin is loaded by every pytest that has this package, also where there is no FastAPI.
def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module `betroth.testing` has no attribute `{name}`")
    return getattr(import_module(f"betroth.testing.{_MODULES[name]}"), name)
