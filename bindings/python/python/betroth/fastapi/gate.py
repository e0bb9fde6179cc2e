"""What stands before the routes of a protected application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from betroth._betroth import clock_now
from betroth.fastapi.access import AccessMap, Asked
from betroth.fastapi.answer import Reason, Refused, hold_back, unknown_caller
from betroth.fastapi.requirement import check_roles, check_scopes
from betroth.fastapi.session import SessionFacts
from betroth.fastapi.socket import LONGEST, deny, ending
from betroth.fastapi.user import User
from betroth.sqlalchemy.acting import enter, leave

if TYPE_CHECKING:
    from betroth.fastapi.guard import Betroth


class Gate:
    """Lets through whoever the route asks for; answers everybody else. Pure ASGI, for it stands in every request."""

    def __init__(self, app: ASGIApp, guard: Betroth, access: AccessMap) -> None:
        self._app = app
        self._callers = guard.callers
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            self._callers.started()
            return await self._app(scope, receive, send)
        if kind == "http" and self._access.hides(scope):
            return await self._refuse(_not_there(), scope, receive, send)
        user = self._callers.recognize(scope)
        if user is None and (seconds := self._callers.held_back(scope)):
            return await hold_back(seconds, scope, receive, send)
        try:
            if user is None or self._access.asks_more:
                user = await self._let_in(scope, user)
            else:
                self._callers.keep(scope, user)
        except Refused as refusal:
            return await self._refuse(refusal, scope, receive, send)
        if kind == "websocket" and user is not None:
            end = user.expires_at
            if isinstance(user.facts, SessionFacts):
                end = min(end, clock_now() + LONGEST)
            receive, send = ending(scope, receive, send, end)
        before = enter(user.acting if user is not None else None)
        try:
            await self._app(scope, receive, send)
        finally:
            leave(before)

    async def _refuse(self, refusal: Refused, scope: Scope, receive: Receive, send: Send) -> None:
        response = refusal.response(development=self._callers.settings.development)
        if scope["type"] == "websocket":
            return await deny(response, scope, receive, send)
        return await response(scope, receive, send)

    async def _let_in(self, scope: Scope, user: User | None) -> User | None:
        """Who comes through, if not recognized as `user`; `None` for nobody, where the route takes that. Raises `Refused`."""
        callers = self._callers
        found: Asked | None = self._access.asked(scope) if self._access.asks_more else None

        def asked() -> Asked:
            # To find the route is the dear part of a refusal, so it is done once.
            nonlocal found
            if found is None:
                found = self._access.asked(scope)
            return found

        try:
            user = user or await callers.look(scope, lambda: asked().access == "public")
        except Refused as refusal:
            if asked().access == "public":
                return None
            raise callers.tell(scope, refusal, asked().path) from None
        if user is None:
            access = asked().access
            if access == "required":
                raise callers.tell(scope, unknown_caller(), asked().path)
            if access == "optional":
                callers.keep(scope, None)
            return None
        callers.keep(scope, user)
        return user if found is None else await self._check(user, found, scope)

    async def _check(self, user: User, asked: Asked, scope: Scope) -> User:
        if asked.fresh is not None:
            user = await self._callers.freshen(scope, user, asked.fresh)
        try:
            if asked.roles:
                check_roles(user, asked.roles)
            if asked.scopes:
                check_scopes(user, asked.scopes)
        except Refused as refusal:
            raise self._callers.tell(scope, refusal, asked.path) from None
        return user


def _not_there() -> Refused:
    cure = "say `docs` of the API in the contract: development, public or required"
    reason = Reason(code="docs-off", text="the documentation is not served here", cure=cure)
    return Refused(404, "not_found", "Not Found", reason=reason)
