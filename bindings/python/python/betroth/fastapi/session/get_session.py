"""Sessions, asked for at `/get-session` of the issuer."""

from __future__ import annotations

import asyncio
import json
from weakref import WeakKeyDictionary

import httpx

from betroth import SessionCookies
from betroth.fastapi.issuer_http import IssuerHTTP, Unanswered
from betroth.fastapi.session.facts import Row
from betroth.fastapi.session.lookup import Unavailable

SECONDS = 5.0
"""How long an answer may take."""
ASKED = {"disableCookieCache": "true", "disableRefresh": "true"}
CURE = "see that Better Auth answers there; where it limits how often it is asked, look sessions up in its database"


class GetSession:
    """Asks the issuer at each request, past its cookie cache; the session is not prolonged by that."""

    finds_ids = False

    def __init__(
        self, issuer_url: str, cookie: str, cookies: SessionCookies, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        """`cookie` is the name of the session cookie without `__Secure-`, `cookies` signs its value."""
        self._http = IssuerHTTP(f"{issuer_url}/get-session", transport)
        self.place = self._http.url
        # Under which of both it reads one depends on its own address, which need not be the one at which it is asked.
        self._names = (f"__Secure-{cookie}", cookie)
        self._cookies = cookies
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()

    async def by_token(self, token: str, cookie: str | None) -> tuple[Row, Row] | None:
        value = self._cookies.sign(token)
        shown = "; ".join(f"{name}={value}" for name in ((cookie,) if cookie else self._names))
        try:
            body = await self._http.get(self._client(), SECONDS, {"Cookie": shown}, ASKED)
        except Unanswered as error:
            raise Unavailable(str(error), CURE, error.retry_after) from None
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            raise Unavailable("it answered no JSON", CURE) from None
        if answer is None:
            return None
        session = answer.get("session") if isinstance(answer, dict) else None
        user = answer.get("user") if isinstance(answer, dict) else None
        if not isinstance(session, dict) or not isinstance(user, dict) or session.get("token") != token:
            raise Unavailable("it answered something else than this session", CURE)
        return session, user

    async def by_id(self, session: str) -> tuple[Row, Row] | None:
        raise Unavailable("a session is not asked for by its id there", 'write `lookup = "database"` in the contract')

    def _client(self) -> httpx.AsyncClient:
        # Connections belong to the event loop that opened them.
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = self._http.client()
        return client
