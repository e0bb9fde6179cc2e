"""The person who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from betroth.sqlalchemy.acting import Identity

if TYPE_CHECKING:
    from betroth.fastapi.callers import Callers


class Facts(Protocol):
    """What a credential that holds says of a person: a verified token, or a session that lives."""

    @property
    def email(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def roles(self) -> list[str]: ...
    @property
    def permissions(self) -> list[str]: ...
    @property
    def scopes(self) -> list[str]: ...
    @property
    def organization(self) -> str | None: ...
    @property
    def session(self) -> str | None: ...
    @property
    def actor(self) -> str | None: ...
    @property
    def issued_at(self) -> int | None: ...
    @property
    def expires_at(self) -> int: ...
    @property
    def claims(self) -> dict[str, Any]: ...


class User:
    """The person who calls, by a credential that holds. Each fact is read from it when it is asked for."""

    __slots__ = ("_callers", "_facts", "id")

    id: str
    """The subject that was verified; never another claim."""

    def __init__(self, facts: Facts, subject: str, callers: Callers) -> None:
        self._facts = facts
        self._callers = callers
        self.id = subject

    def is_known_to(self, callers: Callers) -> bool:
        """Whether it was this guard that verified the credential."""
        return self._callers is callers

    @property
    def facts(self) -> Facts:
        """What the credential says."""
        return self._facts

    def acting(self) -> Identity:
        """Whose rows a query may touch, see `betroth.sqlalchemy`."""
        return Identity(self.id, self.organization or None, self._crosses)

    def _crosses(self, attempt: str) -> None:
        self._callers.crossed(self, attempt)

    @property
    def email(self) -> str | None:
        return self._facts.email

    @property
    def name(self) -> str | None:
        return self._facts.name

    @property
    def roles(self) -> list[str]:
        return self._facts.roles

    @property
    def permissions(self) -> list[str]:
        return self._facts.permissions

    @property
    def scopes(self) -> list[str]:
        """What a token may be used for; a session says nothing of that."""
        return self._facts.scopes

    @property
    def organization(self) -> str | None:
        """The id of the organization that the person acts in."""
        return self._facts.organization

    @property
    def session(self) -> str | None:
        """The id of the session, where a token says from which one it was made."""
        return self._facts.session

    @property
    def actor(self) -> str | None:
        """Who acts for the person, if somebody does (RFC 8693 §4.1)."""
        return self._facts.actor

    @property
    def expires_at(self) -> int:
        """When the credential is over, in seconds since 1970."""
        return self._facts.expires_at

    @property
    def claims(self) -> dict[str, Any]:
        """Every claim of the token; of a session, what was read of its user."""
        return self._facts.claims

    def __eq__(self, other: object) -> bool:
        return isinstance(other, User) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"User(id={self.id!r})"
