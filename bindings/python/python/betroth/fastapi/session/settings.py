"""How sessions are a credential, and what that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from betroth import SessionCookies
from betroth.fastapi.event import Events
from betroth.fastapi.fault import SettingsFault
from betroth.fastapi.session.credential import SessionCredential
from betroth.fastapi.session.get_session import GetSession
from betroth.fastapi.session.lookup import Lookup

if TYPE_CHECKING:
    from betroth.fastapi.session.database import Database


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """What holds of sessions."""

    accept: tuple[str, ...]
    """`session-cookie`, `session-token`, `cookie-cache`; in the order in which they are looked for."""
    cookie: str
    """The name of the cookie, without `__Secure-`."""
    cookies: SessionCookies = field(repr=False)
    database: Database | None = field(repr=False)
    """`None` where sessions are asked for at the issuer."""
    issuer_url: str | None
    """Where the issuer answers; `None` where it is not asked."""

    @property
    def takes_cookies(self) -> bool:
        """Whether a browser shows who calls without the page's doing."""
        return "session-cookie" in self.accept or "cookie-cache" in self.accept

    def credential(
        self,
        *,
        places: Mapping[str, str],
        origins: Sequence[str],
        events: Events,
        transport: httpx.AsyncBaseTransport | None,
    ) -> SessionCredential:
        """What finds sessions by these settings. Raises `SettingsFault` where the database cannot be opened."""
        return SessionCredential(
            self.accept, self.cookies, self._lookup(places, transport), places=places, origins=origins, events=events
        )

    def _lookup(self, places: Mapping[str, str], transport: httpx.AsyncBaseTransport | None) -> Lookup | None:
        if self.issuer_url is not None:
            return GetSession(self.issuer_url, self.cookie, self.cookies, transport)
        if self.database is None:
            return None
        try:
            from betroth.fastapi.session.database import DatabaseLookup
        except ImportError:
            cure = "`pip install 'betroth[sqlalchemy]'`, or look them up by `get-session`"
            raise SettingsFault([f"sessions are looked up in a database, and SQLAlchemy is not installed: {cure}"]) from None
        return DatabaseLookup(self.database, places)
