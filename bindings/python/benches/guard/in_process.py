"""Requests in the process of the measuring: the application without a server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from apps import GUISES, ORIGIN
from fastapi import FastAPI
from issuer import Issuer
from turns import Rounds

ROUNDS, COUNT = 301, 10


async def call(app: FastAPI, credential: bytes | None, path: str = "/notes", address: str = "203.0.113.7") -> int:
    """The status that a request with this `Authorization` is answered with."""
    headers = [(b"host", b"api"), (b"accept", b"*/*"), (b"origin", ORIGIN.encode())]
    if credential is not None:
        headers.append((b"authorization", credential))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": (address, 1),
        "server": ("api", 80),
        "state": {},
    }
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status


async def cost(app: FastAPI, tokens: Sequence[str | None], status: int, **request: str) -> float:
    """Microseconds of CPU of one of these requests, which are all answered alike."""
    credentials = [bearer(token) for token in tokens]
    began = time.process_time()
    answers = [await call(app, credential, **request) for credential in credentials]
    took = time.process_time() - began
    assert set(answers) == {status}, answers
    return took / len(tokens) * 1e6


def bearer(token: str | None) -> bytes | None:
    return None if token is None else b"Bearer " + token.encode()


async def requests(issuer: Issuer) -> Rounds:
    """What every guise costs that can be had."""
    apps = {name: guise.make(issuer.url) for name, guise in GUISES.items() if guise.is_installed}
    known = [issuer.token()] * COUNT
    new = issuer.tokens((ROUNDS + 1) * COUNT)
    rounds: Rounds = {name: [] for name in apps}
    for number in range(-1, ROUNDS):
        for name, app in apps.items():
            start = (number + 1) * COUNT
            took = await cost(app, new[start : start + COUNT] if GUISES[name].new_tokens else known, 200)
            # Before the first, keys are fetched.
            if number >= 0:
                rounds[name].append(took)
    return rounds
