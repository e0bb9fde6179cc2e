"""Who calls."""

from __future__ import annotations

import logging
from collections.abc import Callable

import httpx
from starlette.types import Scope

from betroth import FailureLimit
from betroth.fastapi.answer import Refused, install, limited, unknown_caller
from betroth.fastapi.credential import bearer
from betroth.fastapi.event import CROSSED, LIMITED, RECOVERED, REFUSED, STARTED, Event, Events
from betroth.fastapi.fresh import Freshness
from betroth.fastapi.proxies import Proxies
from betroth.fastapi.session import SessionCredential
from betroth.fastapi.settings import Settings
from betroth.fastapi.token import TokenCredential
from betroth.fastapi.user import User
from betroth.sqlalchemy.acting import enter

IDENTITY = "betroth.identity"
"""Where a request's scope holds who calls, once that is known."""


class Callers:
    """Finds who calls, once for each request: by a token, or by a session where that is a credential."""

    def __init__(
        self, settings: Settings, transport: httpx.AsyncBaseTransport | None, limit_failures: bool | None
    ) -> None:
        """Arguments are those of `Betroth`. Raises `SettingsFault`."""
        self.settings = settings
        self.events = Events()
        self.tokens = TokenCredential(settings, self.events, transport)
        """What verifies tokens; `betroth.testing` exchanges it."""
        self._sessions: SessionCredential | None = None
        if settings.session is not None:
            self._sessions = settings.session.credential(
                places=settings.claims, origins=settings.origins, events=self.events, transport=transport
            )
        self._freshness = Freshness(self._sessions)
        counts = not settings.development if limit_failures is None else limit_failures
        self._limit = FailureLimit(settings.failures) if counts else None
        self._proxies = Proxies(settings.trusted_proxies)

    def started(self) -> None:
        """Says in the log what holds, and begins to fetch the keys. Nobody waits for them."""
        held = self.settings
        fields: dict[str, str | int] = {
            "issuer": held.issuer,
            "audience": " ".join(held.audience),
            "keys": held.jwks_url or "held",
            "sessions": " ".join(held.session.accept) if held.session else "none",
            "mode": "development" if held.development else "production",
            "settings": held.source,
        }
        self.events.tell(Event(STARTED, fields))
        self.tokens.warm()

    async def person(self, scope: Scope) -> User:
        """Who calls, as `identify` says. Raises `Refused` where nobody does."""
        user = await self.identify(scope)
        if user is None:
            install(scope, development=self.settings.development)
            raise self.tell(scope, unknown_caller())
        return user

    async def identify(self, scope: Scope) -> User | None:
        """Who calls, for the scope of a request or of a WebSocket; `None` where no credential is shown.

        It is asked once for each. Raises `Refused` for a credential that does not hold.
        """
        if (known := self.known(scope)) is not None:
            return known
        if scope.get(IDENTITY) is self:
            return None
        try:
            user = self.recognize(scope) or await self.look(scope)
        except Refused as refusal:
            install(scope, development=self.settings.development)
            raise self.tell(scope, refusal) from None
        self.keep(scope, user)
        enter(user.acting if user is not None else None)
        return user

    def known(self, scope: Scope) -> User | None:
        """Whom this guard has found to call already."""
        known = scope.get(IDENTITY)
        return known if type(known) is User and known.is_known_to(self) else None

    def recognize(self, scope: Scope) -> User | None:
        """Whoever calls with a token that was accepted before, if that can be told at once.

        Such a token passes whatever an address has done meanwhile.
        """
        verified = self.tokens.recognize(scope["headers"])
        if verified is None or not (subject := verified.subject):
            return None
        if self._sessions is not None and self._sessions.cookie_comes(scope):
            # Two credentials, which is for `look` to refuse.
            return None
        return User(verified, subject, self)

    async def freshen(self, scope: Scope, user: User, seconds: int) -> User:
        """The person, as the issuer knew them no longer than `seconds` ago. Raises `Refused`."""
        try:
            facts = await self._freshness.facts(user.facts, user.id, seconds)
        except Refused as refusal:
            install(scope, development=self.settings.development)
            raise self.tell(scope, refusal) from None
        if facts is user.facts:
            return user
        user = User(facts, user.id, self)
        self.keep(scope, user)
        enter(user.acting)
        return user

    def keep(self, scope: Scope, user: User | None) -> None:
        """Keeps who calls with the request: for dependencies, and as `request.state.user`."""
        # Where it is nobody, something that only this guard has says so.
        scope[IDENTITY] = user or self
        scope.setdefault("state", {})["user"] = user

    def held_back(self, scope: Scope) -> int:
        """For how many seconds the address of a request is over its limit; 0 where it shows no credential, or is not."""
        limit = self._limit
        if limit is None or limit.is_empty or not (seconds := limit.retry_after(self._proxies.address(scope))):
            return 0
        # Who shows a session is looked at further on: nobody can make one that Better Auth seems to have signed.
        if self._sessions is not None and self._sessions.takes_bearer:
            return 0
        return seconds if any(name == b"authorization" for name, _ in scope["headers"]) else 0

    async def look(self, scope: Scope, skip: Callable[[], bool] = lambda: False) -> User | None:
        """Who calls, not kept and not told: `None` where no credential is shown.

        `skip` says whether nobody minds; it is asked before anything is waited for or counted. Raises `Refused`.
        """
        token = bearer(scope)
        limit = self._limit
        address = self._proxies.address(scope) if limit is not None else ""
        blocked = limit.retry_after(address) if limit is not None else None
        try:
            user = await self._look(scope, token, skip, blocked)
        except Refused as refusal:
            if limit is not None and refusal.is_guess and not skip():
                self._count(limit, address)
            raise
        if user is not None and limit is not None and (failures := limit.failures(address)):
            happened: dict[str, str | int] = {"user.id": user.id, "client.address": address, "refusals": failures}
            self.events.tell(Event(RECOVERED, happened))
        return user

    async def _look(self, scope: Scope, token: str | None, skip: Callable[[], bool], blocked: int | None) -> User | None:
        sessions = self._sessions
        try:
            shown = sessions.shown(scope, token) if sessions is not None else None
        except Refused:
            if blocked:
                raise limited(blocked) from None
            raise
        if sessions is not None and shown is not None:
            if skip():
                return None
            facts = await sessions.find(scope, shown)
            return User(facts, facts.subject, self)
        if token is None:
            return None
        if blocked:
            # Who was let in before is recognized; nothing else costs a signature.
            raise limited(blocked)
        verified = await self.tokens.find(token, skip)
        if verified is None:
            return None
        if not (subject := verified.subject):
            # A contract may do without `sub`, but nobody owns nothing.
            raise unknown_caller()
        return User(verified, subject, self)

    def _count(self, limit: FailureLimit, address: str) -> None:
        if limit.failed(address):
            self.events.tell(Event(LIMITED, {"client.address": address}, logging.WARNING))

    def tell(self, scope: Scope, refusal: Refused, route: str | None = None) -> Refused:
        """Tells in the log why somebody was not let in, and gives back the same; `route` as the framework names it."""
        status = refusal.status_code
        # One that only tells that somebody is not logged in is no news, and many of the others are told once.
        level = logging.INFO if status in (401, 429) and not self.settings.development else logging.WARNING
        if not self.events.hears(level):
            return refusal
        reason = refusal.reason
        fields: dict[str, str | int] = {"code": reason.code, "fault": reason.text}
        fields["http.response.status_code"] = status
        fields["http.request.method"] = scope.get("method", "WEBSOCKET")
        fields["url.path"] = scope.get("path", "")
        if route := getattr(scope.get("route"), "path", route):
            fields["http.route"] = route
        if self.settings.development:
            fields["cure"] = reason.cure
        self.events.tell(Event(REFUSED, fields, level))
        return refusal

    def crossed(self, user: User, attempt: str) -> None:
        """Tells in the log that a person tried to change what is somebody else's, see `betroth.sqlalchemy`."""
        self.events.tell(Event(CROSSED, {"user.id": user.id, "fault": attempt}, logging.WARNING))
