"""What the guard costs: CPU of the process, beside PyJWT, in one run.

    python benches/guard.py        # in an environment with the wheel (release), fastapi, httpx, PyJWT with cryptography

Each figure is the median of rounds that take turns, in microseconds for one call or one request. Requests run in process:
what is measured is the application, not a server.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, FastAPI, Request

from betroth import Keys, VerifiedCache, Verifier
from betroth.fastapi import Betroth, User

ISSUER = "https://app.example.com"
SECRET = "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWducyBpdA=="
ROUNDS = 25

key = Ed25519PrivateKey.generate()
public = key.public_key()
jwk = {**json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(public)), "kid": "k1", "alg": "EdDSA"}
jwks = json.dumps({"keys": [jwk]})


def claims(number: int = 0) -> dict[str, Any]:
    """As many as Better Auth puts into a token."""
    now = int(time.time())
    return {
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "emailVerified": True,
        "image": None,
        "createdAt": "2026-01-02T03:04:05.678Z",
        "updatedAt": "2026-01-02T03:04:05.678Z",
        "role": "user",
        "banned": False,
        "banReason": None,
        "banExpires": None,
        "id": f"user{number:027}",
        "iat": now,
        "sub": f"user{number:027}",
        "exp": now + 900,
        "iss": ISSUER,
        "aud": ISSUER,
    }


def eddsa(number: int = 0) -> str:
    return jwt.encode(claims(number), key, "EdDSA", {"kid": "k1"})


def take_turns(calls: dict[str, Callable[[], object]], count: int) -> dict[str, float]:
    """The median of each call in microseconds of CPU."""
    rounds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(count):
                call()
            rounds[name].append((time.process_time() - began) / count * 1e6)
    return {name: statistics.median(times) for name, times in rounds.items()}


def tell(title: str, costs: dict[str, float], beside: str) -> None:
    print(f"\n{title}")
    for name, cost in costs.items():
        print(f"  {name:44} {cost:9.2f} us   {costs[beside] / cost:7.1f} x")


def verify() -> None:
    hs256 = jwt.encode(claims(), SECRET, "HS256")
    token = eddsa()
    by_secret = Verifier(ISSUER, ISSUER, Keys.from_secret(SECRET))
    by_key = Verifier(ISSUER, ISSUER, Keys.from_jwks(jwks, ["EdDSA"]))
    cache = VerifiedCache()
    named = {"audience": ISSUER, "issuer": ISSUER}
    costs = take_turns(
        {
            "PyJWT": lambda: jwt.decode(hs256, SECRET, ["HS256"], **named),
            "betroth": lambda: by_secret.verify(hs256),
            "betroth, with all claims as a dict": lambda: by_secret.verify(hs256).claims,
        },
        2000,
    )
    tell("verify, HS256", costs, "PyJWT")
    costs = take_turns(
        {
            "PyJWT": lambda: jwt.decode(token, public, ["EdDSA"], **named),
            "betroth": lambda: by_key.verify(token),
            "betroth, remembered": lambda: cache.verify(by_key, token),
        },
        500,
    )
    tell("verify, EdDSA", costs, "PyJWT")


async def answer_jwks(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text=jwks)


def guard(**arguments: Any) -> Betroth:
    return Betroth(ISSUER, transport=httpx.MockTransport(answer_jwks), **arguments)


async def nothing() -> None:
    """The dependency that is there for FastAPI's own price."""


async def by_pyjwt(request: Request) -> dict[str, Any]:
    token = request.headers["authorization"][7:]
    return jwt.decode(token, public, ["EdDSA"], audience=ISSUER, issuer=ISSUER)


def bare() -> FastAPI:
    app = FastAPI()

    @app.get("/notes")
    async def notes() -> str:
        return "ok"

    return app


def depending(dependency: Any, app: FastAPI | None = None) -> FastAPI:
    app = app or FastAPI()

    @app.get("/notes", dependencies=[Depends(dependency)])
    async def notes() -> str:
        return "ok"

    return app


def with_user(auth: Betroth, app: FastAPI) -> FastAPI:
    CurrentUser = Annotated[User, Depends(auth.user)]

    async def notes(user: CurrentUser) -> str:
        return user.id

    # Postponed annotations are not seen in a function.
    notes.__annotations__["user"] = CurrentUser
    app.get("/notes")(notes)
    return app


async def call(app: FastAPI, token: str) -> int:
    headers = [(b"host", b"api"), (b"accept", b"*/*"), (b"authorization", f"Bearer {token}".encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/notes",
        "raw_path": b"/notes",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("203.0.113.7", 1),
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


async def requests() -> None:
    count = 300
    token = eddsa()
    auth, protecting, crossing = guard(), guard(), guard(origins=["https://app.example.com"])
    cold = guard()
    cold._cache = VerifiedCache(0)
    apps: dict[str, FastAPI] = {
        "bare": bare(),
        "an empty dependency": depending(nothing),
        "PyJWT in a dependency": depending(by_pyjwt),
        "betroth, dependency, cold EdDSA": with_user(cold, FastAPI()),
        "betroth, dependency, warm": with_user(auth, FastAPI()),
        "betroth, protect and dependency, warm": with_user(protecting, protecting.protect(FastAPI())),
        "betroth, protect alone, warm": depending(nothing, guard().protect(FastAPI())),
        "betroth, protect, CORS and dependency, warm": with_user(crossing, crossing.protect(FastAPI())),
    }
    rounds: dict[str, list[float]] = {name: [] for name in apps}
    for app in apps.values():
        assert await call(app, token) == 200
    for _ in range(ROUNDS):
        for name, app in apps.items():
            one: Callable[[], Awaitable[int]] = lambda app=app: call(app, token)  # type: ignore[misc]
            began = time.process_time()
            for _ in range(count):
                await one()
            rounds[name].append((time.process_time() - began) / count * 1e6)
    costs = {name: statistics.median(times) for name, times in rounds.items()}
    print("\na request in process, EdDSA")
    for name, cost in costs.items():
        over = cost - costs["an empty dependency"]
        print(f"  {name:44} {cost:9.2f} us   {over:+8.2f} over an empty dependency")


if __name__ == "__main__":
    verify()
    asyncio.run(requests())
