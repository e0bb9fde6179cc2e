"""What an issuer answers over HTTP: read to a bound, within a time, and as it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy

import httpx

from betroth.fastapi.environment import is_loopback

GREATEST_BYTES = 256 * 1024
"""The longest answer that is read."""


class Unanswered(Exception):
    """The issuer gave no answer that can be read; the text says why."""

    def __init__(self, why: str, retry_after: int | None = None) -> None:
        """`retry_after` are the seconds for which the issuer wants to be left alone, where it says so."""
        super().__init__(why)
        self.retry_after = retry_after


class IssuerHTTP:
    """One address of an issuer."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None) -> None:
        self.url = url
        self._transport = transport
        # Made here, for it reads the certificates of the machine, which takes as long as many requests.
        self._certificates = httpx.create_ssl_context()

    def client(self) -> httpx.AsyncClient:
        """A client for this address, to be closed by whoever asked for it. It keeps no cookie and follows nowhere."""
        client = httpx.AsyncClient(
            verify=self._certificates,
            transport=self._transport,
            # `HTTP_PROXY` and the like; to a proxy, this machine would be the proxy's own.
            trust_env=not is_loopback(self.url),
            follow_redirects=False,
        )
        # A cookie of an answer would be sent with the session of the next person.
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client

    async def get(
        self,
        client: httpx.AsyncClient,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of the answer, which comes whole within `seconds`. Raises `Unanswered`."""
        try:
            return await asyncio.wait_for(self._read(client, headers or {}, params), seconds)
        except asyncio.TimeoutError:
            raise Unanswered(f"no answer within {seconds:g} s") from None
        except httpx.HTTPError as error:
            raise Unanswered(str(error) or type(error).__name__) from None

    async def _read(
        self, client: httpx.AsyncClient, headers: Mapping[str, str], params: Mapping[str, str] | None
    ) -> bytes:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        async with client.stream("GET", self.url, headers=headers, params=params) as answer:
            if answer.status_code != 200:
                raise Unanswered(f"it answered {answer.status_code}", _retry_after(answer.headers))
            if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
                # What is compressed has no bound that can be told before it is unpacked.
                raise Unanswered("it is compressed, which was not asked for")
            body = bytearray()
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > GREATEST_BYTES:
                    raise Unanswered(f"it is longer than {GREATEST_BYTES} bytes")
        return bytes(body)


def _retry_after(headers: httpx.Headers) -> int | None:
    """The longer of the two that Better Auth and everybody else send; a date counts as none."""
    texts = (headers.get("Retry-After", ""), headers.get("X-Retry-After", ""))
    seconds = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 9]
    return max(seconds, default=None)
