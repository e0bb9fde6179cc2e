"""What a session says of who calls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from uuid import UUID

Row = Mapping[str, Any]


class RowFault(Exception):
    """A row is not as Better Auth writes it; the text names the member and shows no value."""


@dataclass(frozen=True, repr=False)
class SessionFacts:
    """The rows of a session and of its user, read as a token is: the same facts under the same names."""

    rows: tuple[Row, Row]
    """`session` and `user`, with the names that `/get-session` has."""
    places: Mapping[str, str]
    """Where a fact stands, as in `[claims]` of the contract: `role` is `user.role`."""
    issued_at: int
    """When the issuer, its database or the cookie cache said so, in seconds since 1970."""
    expires_at: int
    """When the credential is over, in seconds since 1970."""

    @property
    def subject(self) -> str:
        """The id of the user."""
        return str(self.rows[1]["id"])

    @property
    def email(self) -> str | None:
        return _text(self._at("email"))

    @property
    def name(self) -> str | None:
        return _text(self._at("name"))

    @property
    def roles(self) -> list[str]:
        return _words(self._at("roles"), ",")

    @property
    def permissions(self) -> list[str]:
        return _words(self._at("permissions"), ",")

    @property
    def scopes(self) -> list[str]:
        """None: a session is for everything that the person may do, and says nothing of scopes."""
        return []

    @property
    def organization(self) -> str | None:
        return _id(self._at("organization"))

    @property
    def session(self) -> str | None:
        """The id of the session."""
        return _id(self.rows[0].get("id"))

    @property
    def actor(self) -> str | None:
        """The administrator who impersonates the person, if one does."""
        return _id(self.rows[0].get("impersonatedBy"))

    @property
    def claims(self) -> dict[str, Any]:
        """The row of the user, with the active organization of the session, as Better Auth's tokens have it."""
        session, user = self.rows
        return {**user, "activeOrganizationId": session.get("activeOrganizationId")}

    @property
    def token(self) -> str:
        """What the session is looked up by. Never shown."""
        return str(self.rows[0]["token"])

    def _at(self, fact: str) -> Any:
        found: Any = self.claims
        path = self.places[fact]
        if path in found:
            return found[path]
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found


def ends_at(session: Row, user: Row, now: float) -> int | None:
    """When a session that lives at `now` is over; `None` where it is over already, or its user is banned.

    Raises `RowFault` for rows that are none of Better Auth, or of two people.
    """
    person = _id(user.get("id"))
    if person is None:
        raise RowFault("`user.id` is no id")
    if _id(session.get("userId")) != person:
        raise RowFault("`session.userId` is not `user.id`")
    end = instant(session.get("expiresAt"))
    if end is None:
        raise RowFault("`session.expiresAt` is no time")
    if end <= now or is_banned(user, now):
        return None
    return int(end)


def is_banned(user: Row, now: float) -> bool:
    """Whether the plugin `admin` has banned a user, and the ban is not over."""
    if not user.get("banned"):
        return False
    end = instant(user.get("banExpires"))
    return end is None or end > now


def instant(value: object) -> float | None:
    """A time in seconds since 1970, as the adapters of Better Auth store one; `None` for anything else.

    That is a timestamp (without a zone it is UTC), a text of JavaScript, or a number of seconds or milliseconds.
    """
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()
    if isinstance(value, str):
        try:
            return instant(datetime.fromisoformat(value.replace("Z", "+00:00")))
        except ValueError:
            return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        # No session of today ends in the year 5000 by seconds, nor in 1973 by milliseconds.
        return value / 1000 if value > 100_000_000_000 else float(value)
    return None


def _id(value: object) -> str | None:
    """An id as text: Better Auth makes texts, and on demand numbers or UUIDs."""
    if isinstance(value, (int, UUID)) and not isinstance(value, bool):
        return str(value)
    return _text(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _words(value: object, separator: str) -> list[str]:
    parts: Sequence[object] = value.split(separator) if isinstance(value, str) else value if isinstance(value, list) else ()
    return [part.strip() for part in parts if isinstance(part, str) and part.strip()]
