"""An issuer in memory in the place of the one that a guard trusts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from fastapi import FastAPI

from betroth.fastapi import Betroth
from betroth.fastapi.access import effective_routes
from betroth.fastapi.gate import Gate
from betroth.fastapi.token import TokenCredential
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
    callers = guard.callers
    before = callers.tokens
    held = guard.settings if guard.settings.jwks_url is not None else replace(guard.settings, keys=issuer.keys())
    callers.tokens = TokenCredential(held, callers.events, issuer.transport)
    try:
        yield issuer
    finally:
        callers.tokens = before


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
        guard = getattr(dependency.call, "guard", None)
        if isinstance(guard, Betroth):
            yield guard
        yield from _of_dependencies(dependency)
