"""An issuer in memory in the place of the one that a guard trusts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI

from betroth import VerifiedCache
from betroth.fastapi import Betroth
from betroth.fastapi.access import effective_routes
from betroth.fastapi.gate import Gate
from betroth.fastapi.issuer_keys import IssuerKeys
from betroth.testing.issuer import Issuer


@contextmanager
def stand_in(guard: Betroth | FastAPI) -> Iterator[Issuer]:
    """An issuer whose tokens the guard accepts inside the block, and no others; the keys alone are exchanged.

    Issuer, audience, algorithm and where facts stand are those of the guard. An application stands for its guard.

    Raises `ValueError` where an application has no guard.
    """
    if isinstance(guard, FastAPI):
        guard = guard_of(guard)
    issuer = Issuer.of(guard.settings)
    before = (guard._keys, guard._verifier, guard._cache)
    guard._cache = VerifiedCache()
    if guard.settings.jwks_url is None:
        guard._verifier = guard._verifier.with_keys(issuer.keys())
    else:
        held = guard.settings
        guard._keys = IssuerKeys(
            guard.settings.jwks_url, held.algorithms, guard._verifier, guard._events, issuer.transport
        )
    try:
        yield issuer
    finally:
        guard._keys, guard._verifier, guard._cache = before


def guard_of(app: FastAPI) -> Betroth:
    """The guard that an application was given to, or that its routes depend on.

    Raises `ValueError` where there is none, or more than one.
    """
    found: list[Betroth] = []
    for middleware in app.user_middleware:
        if middleware.cls is Gate:  # type: ignore[comparison-overlap]
            found.append(middleware.kwargs["guard"])  # type: ignore[arg-type]
    for route in effective_routes(app.routes):
        found += _of_dependencies(getattr(route, "dependant", None))
    guards = list({id(guard): guard for guard in found}.values())
    if len(guards) != 1:
        says = "has no guard" if not guards else f"has {len(guards)} guards"
        raise ValueError(f"the application {says}: name the one that is meant, as in `stand_in(auth)`")
    return guards[0]


def _of_dependencies(dependant: Any) -> Iterator[Betroth]:
    for dependency in getattr(dependant, "dependencies", ()):
        for name in ("_guard", "guard"):
            guard = getattr(dependency.call, name, None)
            if isinstance(guard, Betroth):
                yield guard
        yield from _of_dependencies(dependency)
