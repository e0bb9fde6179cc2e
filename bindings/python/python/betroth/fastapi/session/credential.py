"""Who calls by a session."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.types import Scope

from betroth import SessionCookies, SessionFault
from betroth._betroth import clock_now
from betroth.fastapi.answer import Refused, malformed
from betroth.fastapi.event import SESSIONS_UNAVAILABLE, Event, Events
from betroth.fastapi.session.answer import refused_as, session_ended, session_refused, sessions_unavailable
from betroth.fastapi.session.facts import Row, RowFault, SessionFacts, ends_at
from betroth.fastapi.session.lookup import Lookup, Unavailable
from betroth.fastapi.session.origin import check_origin

SILENCE = 10.0
"""For how many seconds an outage is not told again."""


@dataclass(frozen=True)
class Shown:
    """A session token that Better Auth signed; whether the session lives is not known."""

    token: str = field(repr=False)
    cookie: str | None
    """The name of the cookie in which it came; `None` for a bearer token."""


class SessionCredential:
    """Finds the session that a request shows, in the accepted forms, and asks whether it lives."""

    def __init__(
        self,
        accept: Sequence[str],
        cookies: SessionCookies,
        lookup: Lookup | None,
        *,
        places: Mapping[str, str],
        origins: Sequence[str],
        events: Events,
    ) -> None:
        """`accept` has `session-cookie`, `session-token`, `cookie-cache`; for the last alone `lookup` may be absent.

        `places` is where facts stand, `origins` are those of pages that may send the cookie.
        """
        self._cookies = cookies
        self._lookup = lookup
        self._takes_cache = "cookie-cache" in accept
        self._asks_for_cookie = "session-cookie" in accept
        self.takes_bearer = "session-token" in accept
        self.takes_cookies = self._takes_cache or self._asks_for_cookie
        self._places = places
        self._origins = frozenset(origins)
        self._events = events
        self._told_at = -SILENCE

    def cookie_comes(self, scope: Scope) -> bool:
        """Whether a request has a session cookie that counts, good or not."""
        return self.takes_cookies and self._cookies.are_in(scope["headers"])

    def shown(self, scope: Scope, bearer: str | None) -> Shown | None:
        """The session token of a request whose bearer token is `bearer`; `None` where that is for others to read.

        Raises `Refused` for a session that Better Auth did not sign, for two credentials, and for a page that may not
        send the cookie.
        """
        try:
            if bearer is not None:
                if self.cookie_comes(scope):
                    raise _two()
                # A JWT has two dots, a signed session token one.
                if not self.takes_bearer or bearer.count(".") == 2:
                    return None
                return Shown(self._cookies.open_bearer(bearer), None)
            opened = self._cookies.open(scope["headers"]) if self.takes_cookies else None
        except SessionFault as fault:
            raise session_refused(fault) from None
        if opened is None:
            return None
        check_origin(scope, self._origins)
        name, token = opened
        return Shown(token, name)

    async def find(self, scope: Scope, shown: Shown) -> SessionFacts:
        """What the session says of who calls. Raises `Refused` where it does not live, or nobody can say."""
        if shown.cookie is not None and self._takes_cache:
            cached = self._cached(scope, shown.token, shown.cookie)
            if cached is not None:
                return cached
            # One that is over is none any more: the session is asked for, where that is said.
            if not self._asks_for_cookie:
                raise refused_as("cache-expired", "there is no cookie cache beside the session, or none any more")
        return await self.ask(shown.token, shown.cookie)

    @property
    def can_ask(self) -> bool:
        """Whether somebody can be asked at all whether a session lives."""
        return self._lookup is not None

    @property
    def can_ask_by_id(self) -> bool:
        """Whether a session can be asked for of which the id alone is known, from a token."""
        return self._lookup is not None and self._lookup.finds_ids

    async def ask(self, token: str, cookie: str | None = None) -> SessionFacts:
        """What the session of a token says now, as its keeper has it. Raises `Refused`."""
        assert self._lookup is not None
        try:
            facts = self._facts(await self._lookup.by_token(token, cookie))
        except (Unavailable, RowFault) as fault:
            raise self._unavailable(fault) from None
        if facts is None:
            raise session_ended()
        return facts

    async def ask_by_id(self, session: str, subject: str) -> SessionFacts:
        """The same for the session of an id. Raises `Refused` too where it is not that person's."""
        assert self._lookup is not None
        try:
            facts = self._facts(await self._lookup.by_id(session))
        except (Unavailable, RowFault) as fault:
            raise self._unavailable(fault) from None
        if facts is None or facts.subject != subject:
            raise session_ended()
        return facts

    def _cached(self, scope: Scope, token: str, cookie: str) -> SessionFacts | None:
        try:
            cached = self._cookies.cached(scope["headers"], cookie, token)
            if cached is None:
                return None
            rows = json.loads(cached.session), json.loads(cached.user)
            facts = self._facts(rows, issued_at=cached.updated_at or 0, until=cached.expires_at)
        except SessionFault as fault:
            raise session_refused(fault) from None
        except (RowFault, RecursionError) as fault:
            raise refused_as("cache-malformed", str(fault)) from None
        if facts is None:
            raise session_ended()
        return facts

    def _facts(
        self, rows: tuple[Row, Row] | None, *, issued_at: int | None = None, until: int | None = None
    ) -> SessionFacts | None:
        now = clock_now()
        if rows is None or (end := ends_at(*rows, now)) is None:
            return None
        return SessionFacts(
            rows,
            self._places,
            issued_at=now if issued_at is None else issued_at,
            expires_at=end if until is None else min(end, until),
        )

    def _unavailable(self, fault: Unavailable | RowFault) -> Refused:
        cure = fault.cure if isinstance(fault, Unavailable) else "see that the tables are those of Better Auth"
        retry_after = fault.retry_after if isinstance(fault, Unavailable) else None
        place = self._lookup.place if self._lookup is not None else ""
        fields: dict[str, str | int] = {"url.full": place, "fault": str(fault), "cure": cure}
        if (now := time.monotonic()) - self._told_at >= SILENCE:
            self._told_at = now
            self._events.tell(Event(SESSIONS_UNAVAILABLE, fields, logging.WARNING))
        return sessions_unavailable(str(fault), cure, retry_after)


def _two() -> Refused:
    return malformed(
        "credentials-two",
        "there are a token and a session cookie",
        'send one: `credentials: "omit"` beside a token, or no Authorization header beside the cookie',
        is_guess=False,
    )
