"""What the guard costs: CPU of the process, beside PyJWT, in one run.

    python benches/guard.py        # in an environment with the wheel (release), fastapi, httpx, PyJWT with cryptography

Each figure is the median of many short rounds that take turns, in microseconds for one call or one request. Requests run in
process: what is measured is the application, not a server. fastapi-better-auth-bridge is measured too, where it is there.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Annotated, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, FastAPI, Request
from starlette.middleware.cors import CORSMiddleware

from betroth import Keys, VerifiedCache, Verifier
from betroth.fastapi import Betroth, User
from betroth.fastapi.protection import METHODS, READABLE, SENDABLE

SECRET = "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWducyBpdA=="
ROUNDS = 101
ORIGIN = "https://app.example.com"

key = Ed25519PrivateKey.generate()
public = key.public_key()
jwk = {**json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(public)), "kid": "k1", "alg": "EdDSA"}
jwks = json.dumps({"keys": [jwk]})


class KeySet(BaseHTTPRequestHandler):
    """The key set, at any path."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(jwks.encode())

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), KeySet)
threading.Thread(target=server.serve_forever, daemon=True).start()
ISSUER = f"http://localhost:{server.server_port}"


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
        300,
    )
    tell("verify, HS256", costs, "PyJWT")
    costs = take_turns(
        {
            "PyJWT": lambda: jwt.decode(token, public, ["EdDSA"], **named),
            "betroth": lambda: by_key.verify(token),
            "betroth, remembered": lambda: cache.verify(by_key, token),
        },
        50,
    )
    tell("verify, EdDSA", costs, "PyJWT")


def guard(**arguments: Any) -> Betroth:
    return Betroth(ISSUER, limit_failures=True, **arguments)


async def nothing() -> None:
    """The dependency that is there for FastAPI's own price."""


async def by_pyjwt(request: Request) -> dict[str, Any]:
    token = request.headers["authorization"][7:]
    return jwt.decode(token, public, ["EdDSA"], audience=ISSUER, issuer=ISSUER)


def by_bridge() -> FastAPI | None:
    """The nearest peer, in its quick start's form."""
    try:
        from fastapi_better_auth import BetterAuth, JwtVerifier
    except ImportError:
        return None
    auth = BetterAuth(verifiers=[JwtVerifier(base_url=ISSUER)])
    return depending(auth.current_session())


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


def crossed(app: FastAPI) -> FastAPI:
    app.add_middleware(
        CORSMiddleware, allow_origins=[ORIGIN], allow_methods=METHODS, allow_headers=SENDABLE, expose_headers=READABLE
    )
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
    headers = [(b"host", b"api"), (b"accept", b"*/*"), (b"origin", ORIGIN.encode()), (b"authorization", f"Bearer {token}".encode())]
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
    count = 20
    token = eddsa()
    auth, protecting, crossing = guard(), guard(), guard(origins=[ORIGIN])
    cold = guard()
    cold.callers.tokens._cache = VerifiedCache(0)
    apps: dict[str, FastAPI] = {
        "bare": bare(),
        "an empty dependency": depending(nothing),
        "PyJWT in a dependency": depending(by_pyjwt),
        "betroth, dependency, cold EdDSA": with_user(cold, FastAPI()),
        "betroth, dependency, warm": with_user(auth, FastAPI()),
        "betroth, protect and dependency, warm": with_user(protecting, protecting.protect(FastAPI())),
        "betroth, protect alone, warm": depending(nothing, guard().protect(FastAPI())),
        "an empty dependency, CORS": depending(nothing, crossed(FastAPI())),
        "betroth, protect alone, CORS, warm": depending(nothing, crossing.protect(FastAPI())),
    }
    if (bridge := by_bridge()) is not None:
        apps["fastapi-better-auth-bridge"] = bridge
    rounds: dict[str, list[float]] = {name: [] for name in apps}
    for name, app in apps.items():
        assert await call(app, token) == 200, name
    for _ in range(ROUNDS):
        for name, app in apps.items():
            began = time.process_time()
            for _ in range(count):
                await call(app, token)
            rounds[name].append((time.process_time() - began) / count * 1e6)
    print("\na request in process, EdDSA")
    for name, times in rounds.items():
        beside = "an empty dependency, CORS" if "CORS" in name else "an empty dependency"
        over = statistics.median(one - other for one, other in zip(times, rounds[beside], strict=True))
        print(f"  {name:44} {statistics.median(times):9.2f} us   {over:+8.2f} over {beside}")


if __name__ == "__main__":
    verify()
    asyncio.run(requests())
