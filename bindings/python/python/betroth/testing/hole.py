"""Routes that let somebody in, as a test tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from betroth.testing.target import Target

Cause = Literal["open", "token", "header", "other", "unproven"]

CURES: dict[Cause, str] = {
    "open": "ask for a person on it, `user: Annotated[User, Depends(auth.user)]`, or on every route, "
    "`auth.protect(app)`; where anyone may call it, say so: `public=[{name!r}]`",
    "token": "take the token from nobody but the guard, `Depends(auth.user)`: what else reads it here leaves checks out",
    "header": "take the person from the guard, `user.id`: anyone can write a header",
    "other": "compare the owner with `user.id` where the row is loaded, or have `betroth.sqlalchemy.isolate` do it",
    "unproven": "",
}


@dataclass(frozen=True)
class Hole:
    """Somebody who was let in, or of whom it cannot be told."""

    target: Target
    cause: Cause
    told: str
    """Who, and what the answer was."""


def report(holes: Sequence[Hole], routes: int) -> str:
    """What a test says that found these, by route, with what to do."""
    by_route: dict[str, list[Hole]] = {}
    for hole in holes:
        by_route.setdefault(hole.target.name, []).append(hole)
    lines = [f"{len(by_route)} of {routes} routes are not guarded:"]
    for name, found in by_route.items():
        lines += ["", name, *(f"  {hole.told}" for hole in found)]
        for cause in dict.fromkeys(hole.cause for hole in found):
            if cure := CURES[cause].format(name=name):
                lines.append(f"  to do: {cure}")
    return "\n".join(lines)
