"""The person who calls."""

from __future__ import annotations

from typing import Any

from betroth import Verified
from betroth.sqlalchemy.acting import Identity


class User:
    """The person who calls, from a token that holds. Each fact is read from it when it is asked for."""

    __slots__ = ("_guard", "_token", "id")

    id: str
    """The subject that was verified; never another claim."""

    def __init__(self, token: Verified, subject: str, guard: object) -> None:
        self._token = token
        self._guard = guard
        self.id = subject

    def is_known_to(self, guard: object) -> bool:
        """Whether it was this guard that verified the token."""
        return self._guard is guard

    def acting(self) -> Identity:
        """Whose rows a query may touch, see `betroth.sqlalchemy`."""
        return Identity(self.id, self.organization or None)

    @property
    def email(self) -> str | None:
        return self._token.email

    @property
    def name(self) -> str | None:
        return self._token.name

    @property
    def roles(self) -> list[str]:
        return self._token.roles

    @property
    def permissions(self) -> list[str]:
        return self._token.permissions

    @property
    def scopes(self) -> list[str]:
        """What the token may be used for."""
        return self._token.scopes

    @property
    def organization(self) -> str | None:
        """The id of the organization that the person acts in."""
        return self._token.organization

    @property
    def session(self) -> str | None:
        """The session that the token was made from, where the issuer says it."""
        return self._token.session

    @property
    def actor(self) -> str | None:
        """Who acts for the person, if somebody does (RFC 8693 §4.1)."""
        return self._token.actor

    @property
    def expires_at(self) -> int:
        """When the token is over, in seconds since 1970."""
        return self._token.expires_at

    @property
    def claims(self) -> dict[str, Any]:
        """Every claim of the token."""
        return self._token.claims

    def __eq__(self, other: object) -> bool:
        return isinstance(other, User) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"User(id={self.id!r})"
