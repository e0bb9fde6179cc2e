"""An application in which every route asks for a person."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from betroth.fastapi.access import AccessMap
from betroth.fastapi.answer import Refused
from betroth.fastapi.document import describe
from betroth.fastapi.gate import Gate

if TYPE_CHECKING:
    from betroth.fastapi.guard import Betroth

logger = logging.getLogger("betroth")

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
READABLE = ["ETag", "Retry-After", "WWW-Authenticate", "Betroth-Reason"]
"""What a page may read of an answer, beside what it always may."""
SENDABLE = ["Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key"]
"""What a page may send, beside what it always may."""


def protect(guard: Betroth, app: FastAPI) -> None:
    """Puts the gate before the routes of `app`, behind its own middleware, and CORS before everything.

    Raises `RuntimeError` where the application has answered requests already, or is protected.
    """
    if app.middleware_stack is not None:
        raise RuntimeError("`protect` comes before the first request: call it where the application is made")
    if any(_is(middleware, Gate) for middleware in app.user_middleware):
        raise RuntimeError("the application is protected already; call `protect` once")
    access = AccessMap(app, guard.settings)
    # Last in the list is next to the routes, also when more are added in front later.
    app.user_middleware.append(Middleware(Gate, guard=guard, access=access))

    async def answer(_: Any, refusal: Refused) -> Any:
        return refusal.response(development=guard.settings.development)

    app.add_exception_handler(Refused, answer)  # type: ignore[arg-type]
    describe(app, access, guard.settings.session)
    build = app.build_middleware_stack

    def build_with_cors() -> ASGIApp:
        for path in access.unknown_paths():
            logger.warning("the contract speaks of the route `%s`, which the application does not have", path)
        return _with_cors(guard, app, build())

    # Outside of Starlette's own error handler, so that a page can read a 500, too.
    app.build_middleware_stack = build_with_cors  # type: ignore[method-assign]


def _with_cors(guard: Betroth, app: FastAPI, stack: ASGIApp) -> ASGIApp:
    origins = guard.settings.origins
    if not origins:
        return stack
    if any(_is(middleware, CORSMiddleware) for middleware in app.user_middleware):
        logger.warning(
            "the application adds CORSMiddleware itself, so the origins of the contract are not used; "
            "take it out, for a page cannot read the 500 of an application whose CORS stands within"
        )
        return stack
    return CORSMiddleware(
        stack,
        allow_origins=origins,
        allow_credentials=guard.settings.session is not None and guard.settings.session.takes_cookies,
        allow_methods=METHODS,
        allow_headers=SENDABLE,
        expose_headers=READABLE,
        max_age=600,
    )


def _is(middleware: Middleware, kind: object) -> bool:
    return middleware.cls is kind
