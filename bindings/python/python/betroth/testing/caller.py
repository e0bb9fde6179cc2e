"""Calls an application in this process, each time from another address, so that no limit is reached or switched off."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import Message

from betroth.testing.target import WEBSOCKET, Target

ACCEPTED = 101
"""The status of a WebSocket that was accepted."""


@dataclass(frozen=True)
class Answer:
    """What a call was answered."""

    status: int
    body: bytes = b""
    is_off: bool = False
    """Whether the guard answers that there is no such thing, as for documentation that is off."""

    @property
    def is_success(self) -> bool:
        return self.status == ACCEPTED or 200 <= self.status < 400

    @property
    def refuses(self) -> bool:
        """Whether nobody was let in: the caller is unknown, or may not."""
        return self.status in (401, 403) or self.is_off

    @property
    def is_unavailable(self) -> bool:
        """Whether it cannot be told now."""
        return self.status in (429, 503)


class Caller:
    """Calls the routes of one application."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._calls = 0

    async def call(
        self, target: Target, token: str | None = None, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Answer:
        """What `target` answers; an error of the handler counts as 500."""
        sent = {**({"Authorization": f"Bearer {token}"} if token is not None else {}), **(headers or {})}
        # The guard counts an IPv6 address by its first half.
        self._calls += 1
        client = (str(IPv6Address((0x20010DB8 << 96) | (self._calls << 64) | 1)), 1)
        if target.method == WEBSOCKET:
            return await self._connect(target, sent, client)
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False, client=client)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as calls:
            answer = await calls.request(target.method, target.path, headers=sent, json=body)
        is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
        is_off = answer.status_code == 404 and is_problem and answer.json().get("code") == "not_found"
        return Answer(answer.status_code, answer.content, is_off)

    async def _connect(self, target: Target, headers: Mapping[str, str], client: tuple[str, int]) -> Answer:
        """Whether a WebSocket is accepted; it is left at once."""
        answers: list[Message] = []
        incoming: list[Message] = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]

        async def receive() -> Message:
            return incoming.pop(0) if incoming else {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Message) -> None:
            answers.append(message)

        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": target.path,
            "raw_path": target.path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"testserver"), *((n.lower().encode(), v.encode()) for n, v in headers.items())],
            "client": client,
            "server": ("testserver", 80),
            "subprotocols": [],
            "extensions": {},
            "state": {},
        }
        try:
            await asyncio.wait_for(self._app(scope, receive, send), 5)
        except Exception:
            # What a handler does once its caller has left is its own; whether it was reached is asked here.
            pass
        accepted = any(message["type"] == "websocket.accept" for message in answers)
        # Servers answer 403 for one that is not accepted, whatever the application did instead.
        return Answer(ACCEPTED if accepted else 403)
