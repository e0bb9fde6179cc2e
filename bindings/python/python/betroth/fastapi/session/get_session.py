"""Sessions, asked for at `/get-session` of the issuer."""

from __future__ import annotations

import asyncio
import json
from http.cookiejar import DefaultCookiePolicy
from weakref import WeakKeyDictionary

import httpx

from betroth import SessionCookies
from betroth.fastapi.environment import is_loopback
from betroth.fastapi.session.facts import Row
from betroth.fastapi.session.lookup import Unavailable

SECONDS = 5.0
"""How long an answer may take."""
GREATEST_BYTES = 256 * 1024
"""The longest answer that is read."""
CURE = "see that Better Auth answers there; where it limits how often it is asked, look sessions up in its database"


class GetSession:
    """Asks the issuer at each request, past its cookie cache; the session is not prolonged by that."""

    finds_ids = False

    def __init__(
        self, issuer_url: str, cookie: str, cookies: SessionCookies, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        """`cookie` is the name of the session cookie without `__Secure-`, `cookies` signs its value."""
        self.place = f"{issuer_url}/get-session"
        # Under which of both it reads one depends on its own address, which need not be the one at which it is asked.
        self._names = (f"__Secure-{cookie}", cookie)
        self._cookies = cookies
        self._transport = transport
        self._certificates = httpx.create_ssl_context()
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()

    async def by_token(self, token: str, cookie: str | None) -> tuple[Row, Row] | None:
        value = self._cookies.sign(token)
        shown = "; ".join(f"{name}={value}" for name in ((cookie,) if cookie else self._names))
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "Cookie": shown}
        asked = {"disableCookieCache": "true", "disableRefresh": "true"}
        try:
            body = await asyncio.wait_for(self._ask(headers, asked), SECONDS)
        except asyncio.TimeoutError:
            raise Unavailable(f"no answer within {SECONDS:.0f} s", CURE) from None
        except httpx.HTTPError as error:
            raise Unavailable(str(error) or type(error).__name__, CURE) from None
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

    async def _ask(self, headers: dict[str, str], asked: dict[str, str]) -> bytes:
        async with self._client().stream("GET", self.place, headers=headers, params=asked) as answer:
            if answer.status_code != 200:
                raise Unavailable(f"it answered {answer.status_code}", CURE, _retry_after(answer.headers))
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise Unavailable("it answered with a `Content-Encoding` that was not asked for", CURE)
            body = bytearray()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > GREATEST_BYTES:
                    raise Unavailable(f"it answered more than {GREATEST_BYTES} bytes", CURE)
        return bytes(body)

    def _client(self) -> httpx.AsyncClient:
        # Connections belong to the event loop that opened them.
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = httpx.AsyncClient(
                verify=self._certificates,
                transport=self._transport,
                # To a proxy of the environment, this machine would be the proxy's own.
                trust_env=not is_loopback(self.place),
                follow_redirects=False,
                timeout=SECONDS,
            )
            # A cookie of an answer would be sent with the session of the next person.
            client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            self._clients[loop] = client
        return client


def _retry_after(headers: httpx.Headers) -> int | None:
    text = headers.get("X-Retry-After", headers.get("Retry-After", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
