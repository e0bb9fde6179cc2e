"""What a token says of a person, at the places where an API looks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

PLACES: Mapping[str, str] = {
    "subject": "sub",
    "email": "email",
    "name": "name",
    "roles": "role",
    "permissions": "permissions",
    "scopes": "scope",
    "organization": "activeOrganizationId",
    "session": "sid",
    "actor": "act",
}
"""Where each fact stands by default, with dots for nesting; `[claims]` of a contract says otherwise."""


class Facts(TypedDict, total=False):
    """What is known of a person. A list may be one text, as in `roles="admin"`."""

    email: str
    name: str
    roles: str | Sequence[str]
    permissions: str | Sequence[str]
    scopes: str | Sequence[str]
    organization: str
    session: str


def written(subject: str, facts: Facts, places: Mapping[str, str]) -> dict[str, Any]:
    """The claims that tell these facts.

    Raises `TypeError` for a fact that there is not.
    """
    claims: dict[str, Any] = {}
    put(claims, places["subject"], subject)
    for fact, value in facts.items():
        if fact not in Facts.__annotations__:
            known = ", ".join(f"`{name}`" for name in Facts.__annotations__)
            raise TypeError(f"there is no fact `{fact}`; there are {known}, and `claims` for anything else")
        put(claims, places[fact], _form(fact, value))
    return claims


def put(claims: dict[str, Any], path: str, value: object) -> None:
    """Puts a value where `path` says, with dots for nesting."""
    *outer, last = path.split(".")
    for name in outer:
        claims = claims.setdefault(name, {})
    claims[last] = value


def holds(claims: Mapping[str, Any], path: str) -> bool:
    """Whether there is something where `path` says."""
    found: Any = claims
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return False
        found = found[name]
    return True


def _form(fact: str, value: Any) -> object:
    """As Better Auth writes it: roles in one text with commas, scopes in one with spaces."""
    if fact not in ("roles", "permissions", "scopes"):
        return value
    several = [value] if isinstance(value, str) else list(value)
    if fact == "permissions":
        return several
    return (" " if fact == "scopes" else ",").join(several)
