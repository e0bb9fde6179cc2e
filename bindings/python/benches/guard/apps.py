"""The same application in many guises: bare, guarded, and as peers guard it."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Annotated, Any

import jwt
from fastapi import Depends, FastAPI, Request
from starlette.middleware.cors import CORSMiddleware

from betroth.fastapi import Betroth, User
from betroth.fastapi.protection import METHODS, READABLE, SENDABLE

ORIGIN = "https://app.example.com"


@dataclass(frozen=True)
class Guise:
    """One way to make the application."""

    make: Callable[[str], FastAPI]
    """With the issuer's address."""
    module: str = "fastapi"
    """What it needs; it is left out where that is not installed."""
    new_tokens: bool = False
    """Whether each request shows a token that was not seen before."""
    has_cors: bool = False

    @property
    def is_installed(self) -> bool:
        return find_spec(self.module) is not None


def depending(dependency: Any, app: FastAPI | None = None) -> FastAPI:
    """Whose route asks a dependency and does not look at what it gives."""
    app = app or FastAPI()

    @app.get("/notes", dependencies=[Depends(dependency)])
    async def notes() -> str:
        return "ok"

    return app


async def nothing() -> None:
    """The dependency that is there for FastAPI's own price."""


def bare(_: str) -> FastAPI:
    app = FastAPI()

    @app.get("/notes")
    async def notes() -> str:
        return "ok"

    return app


def crossed(app: FastAPI) -> FastAPI:
    app.add_middleware(
        CORSMiddleware, allow_origins=[ORIGIN], allow_methods=METHODS, allow_headers=SENDABLE, expose_headers=READABLE
    )
    return app


def guard(issuer: str, **arguments: Any) -> Betroth:
    return Betroth(issuer, limit_failures=True, **arguments)


def protected(issuer: str, **arguments: Any) -> FastAPI:
    return depending(nothing, guard(issuer, **arguments).protect(FastAPI()))


def with_user(auth: Betroth, app: FastAPI) -> FastAPI:
    CurrentUser = Annotated[User, Depends(auth.user)]

    async def notes(user: CurrentUser) -> str:
        return user.id

    # Postponed annotations are not seen in a function.
    notes.__annotations__["user"] = CurrentUser
    app.get("/notes")(notes)
    return app


def whole(issuer: str) -> FastAPI:
    auth = guard(issuer)
    return with_user(auth, auth.protect(FastAPI()))


def by_pyjwt(issuer: str) -> FastAPI:
    with urllib.request.urlopen(f"{issuer}/api/auth/jwks") as answer:
        key = jwt.PyJWK(json.load(answer)["keys"][0])

    async def person(request: Request) -> dict[str, Any]:
        token = request.headers["authorization"][7:]
        return jwt.decode(token, key, ["EdDSA"], audience=issuer, issuer=issuer)

    person.__annotations__["request"] = Request
    return depending(person)


def by_bridge(issuer: str) -> FastAPI:
    """In its quick start's form."""
    from fastapi_better_auth import BetterAuth, JwtVerifier

    return depending(BetterAuth(verifiers=[JwtVerifier(base_url=issuer)]).current_session())


def by_betterauth(issuer: str) -> FastAPI:
    """In its quick start's form."""
    from fastapi_betterauth import BetterAuth

    return depending(BetterAuth(issuer))


BARE, EMPTY, EMPTY_CORS = "bare", "an empty async dependency", "an empty async dependency, CORS"
WHOLE, ALONE_CORS, BRIDGE = "betroth, protect and dependency", "betroth, protect alone, CORS", "fastapi-better-auth-bridge"
COLD = "betroth, dependency, new tokens"

GUISES: dict[str, Guise] = {
    BARE: Guise(bare),
    EMPTY: Guise(lambda _: depending(nothing)),
    "betroth, dependency": Guise(lambda issuer: with_user(guard(issuer), FastAPI())),
    WHOLE: Guise(whole),
    "betroth, protect alone": Guise(protected),
    COLD: Guise(lambda issuer: with_user(guard(issuer), FastAPI()), new_tokens=True),
    EMPTY_CORS: Guise(lambda _: crossed(depending(nothing)), has_cors=True),
    ALONE_CORS: Guise(lambda issuer: protected(issuer, origins=[ORIGIN]), has_cors=True),
    "PyJWT in a dependency": Guise(by_pyjwt),
    BRIDGE: Guise(by_bridge, "fastapi_better_auth"),
    "fastapi-betterauth": Guise(by_betterauth, "fastapi_betterauth"),
}
"""A token that is not new was accepted before."""


def served() -> FastAPI:
    """The application of a server, as its environment names it."""
    return GUISES[os.environ["BENCH_GUISE"]].make(os.environ["BENCH_ISSUER"])
