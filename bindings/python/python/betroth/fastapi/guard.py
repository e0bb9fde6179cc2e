"""The guard of an API."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx
from fastapi import FastAPI
from starlette.types import Scope

from betroth import FailureLimit, Keys, Refusal, Verified, VerifiedCache, Verifier, VerifierFault
from betroth.fastapi import environment, settings
from betroth.fastapi.access import MARK
from betroth.fastapi.answer import Refused, install, limited, refused, unknown_caller
from betroth.fastapi.credential import bearer
from betroth.fastapi.event import LIMITED, RECOVERED, REFUSED, STARTED, Event, Events, Listener
from betroth.fastapi.fault import SettingsFault
from betroth.fastapi.issuer_keys import IssuerKeys
from betroth.fastapi.protection import protect
from betroth.fastapi.fresh import Freshness, seconds_of
from betroth.fastapi.proxies import Proxies
from betroth.fastapi.requirement import CurrentUser, OptionalUser
from betroth.fastapi.session import SessionCredential
from betroth.fastapi.settings import Arguments, Settings
from betroth.fastapi.user import User
from betroth.sqlalchemy.acting import enter

if TYPE_CHECKING:
    from betroth.fastapi.session.database import Database

Handler = TypeVar("Handler", bound=Callable[..., object])

IDENTITY = "betroth.identity"
"""Where a request's scope holds who calls, once that is known."""


class Betroth:
    """Knows who calls an API, by tokens that its issuer signed.

    Each value comes from its argument, else from the environment: `BETTER_AUTH_URL`, `BETTER_AUTH_ISSUER`,
    `BETTER_AUTH_PUBLIC_KEY`, `JWT_SECRET`, `BETTER_AUTH_SECRET`, `WEB_ORIGINS`. No file is read, see `from_contract`.
    """

    user: CurrentUser
    """The dependency that gives the person who calls: `Annotated[User, Depends(auth.user)]`."""
    optional_user: OptionalUser
    """The same, or `None` where no credential is shown."""

    def __init__(
        self,
        issuer: str | None = None,
        *,
        audience: str | Sequence[str] | None = None,
        algorithms: Sequence[str] | None = None,
        jwks_url: str | None = None,
        public_key: str | None = None,
        secret: str | None = None,
        leeway: int | None = None,
        max_age: int | None = None,
        origins: Sequence[str] | None = None,
        accept: Sequence[str] | None = None,
        lookup: str | None = None,
        database: Database | None = None,
        session_secret: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        limit_failures: bool | None = None,
    ) -> None:
        """`issuer` is `iss` of the tokens, byte for byte; `audience` one member of `aud`, by default the issuer.

        The keys are fetched from `jwks_url`, by default under the issuer's address; or they are the `public_key` (PEM
        or JWK), or the `secret` that both sides hold. `algorithms` is `["EdDSA"]` by default, with a secret `["HS256"]`.
        `leeway` and `max_age` are in seconds. `origins` are those of the front end: they may call from a browser.
        `accept` are the forms of session that are taken beside tokens: `session-cookie`, `session-token`, `cookie-cache`.
        Whether a session lives is asked in the `database` of Better Auth, an address or an engine of SQLAlchemy, or by
        `lookup="get-session"` of the issuer; it was signed with `session_secret`.
        `transport` is what keys are fetched with. `limit_failures` counts refused tokens of each address; by default
        everywhere but in development.

        Raises `SettingsFault` with everything that is missing, weak or contradictory.
        """
        arguments = Arguments(
            issuer=issuer,
            audience=audience,
            algorithms=algorithms,
            jwks_url=jwks_url,
            public_key=public_key,
            secret=secret,
            leeway=leeway,
            max_age=max_age,
            origins=origins,
            accept=accept,
            lookup=lookup,
            database=database,
            session_secret=session_secret,
        )
        self._begin(settings.from_environment(arguments), transport, limit_failures)

    @classmethod
    def from_contract(
        cls,
        path: str | Path | None = None,
        *,
        api: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        limit_failures: bool | None = None,
        **arguments: object,
    ) -> Betroth:
        """The guard of a contract, for its API of that name.

        Without a `path` it is the file that `BETROTH_CONTRACT` names, else `betroth.toml` or `betroth.lock.toml` in the
        folder of the calling module or above. Other arguments, as `Betroth` has them, come before the contract.

        Raises `SettingsFault` as `Betroth` does, and where there is no contract.
        """
        if path is None:
            frame = inspect.currentframe()
            caller = frame.f_back.f_globals.get("__file__") if frame and frame.f_back else None
            start = Path(caller).resolve().parent if caller else Path.cwd()
            path = environment.find_contract(start, environment.variables())
        try:
            text = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsFault([f"the contract `{path}` cannot be read: {error}"]) from None
        guard = cls.__new__(cls)
        given = Arguments(**arguments)  # type: ignore[arg-type]
        guard._begin(settings.from_contract(given, text, str(path), api), transport, limit_failures)
        return guard

    def _begin(
        self, settings: Settings, transport: httpx.AsyncBaseTransport | None, limit_failures: bool | None
    ) -> None:
        self.settings = settings
        self._events = Events()
        self._cache = VerifiedCache()
        try:
            self._verifier = Verifier(
                settings.issuer,
                settings.audience,
                settings.keys or Keys.none(settings.algorithms),
                leeway=settings.leeway,
                max_age=settings.max_age,
                types=settings.types,
                required=settings.required,
                claims=settings.claims,
            )
        except (VerifierFault, ValueError) as fault:
            raise SettingsFault([str(fault)]) from None
        self._keys: IssuerKeys | None = None
        if settings.jwks_url is not None:
            self._keys = IssuerKeys(
                settings.jwks_url, settings.algorithms, self._verifier, self._events, transport
            )
        self._sessions: SessionCredential | None = None
        if settings.session is not None:
            self._sessions = settings.session.credential(
                places=settings.claims, origins=settings.origins, events=self._events, transport=transport
            )
        self._freshness = Freshness(self._sessions)
        counts = not settings.development if limit_failures is None else limit_failures
        self._limit = FailureLimit(settings.failures) if counts else None
        self._proxies = Proxies(settings.trusted_proxies)
        self.user = CurrentUser(self)
        self.optional_user = OptionalUser(self)
        self._required: dict[object, CurrentUser] = {}

    def require(
        self,
        *,
        role: str | Sequence[str] | None = None,
        permission: str | Sequence[str] | None = None,
        organization: bool | str = False,
        fresh: int | str | None = None,
    ) -> CurrentUser:
        """A dependency that asks more than a person; the same object for the same arguments.

        `role`: one of these. `permission`: every one. `organization`: that the person acts in one; in that of this id;
        or, as in `"{organization_id}"`, in that which the path names. Whoever lacks it is answered 403. `fresh`: as
        `fresh` has it.
        """
        roles = (role,) if isinstance(role, str) else tuple(role or ())
        permissions = (permission,) if isinstance(permission, str) else tuple(permission or ())
        seconds = None if fresh is None else seconds_of(fresh)
        asked = (roles, permissions, organization, seconds)
        if asked not in self._required:
            self._required[asked] = CurrentUser(
                self, roles=roles, permissions=permissions, organization=organization, fresh=seconds
            )
        return self._required[asked]

    def fresh(self, age: int | str) -> CurrentUser:
        """A dependency that wants a word of the issuer no older than `age`: seconds, or a text such as `5m`.

        A token's is its `iat`. An older one is good where the session that it names still lives in the `database`;
        where that cannot be asked, the answer is 401 with `insufficient_user_authentication` (RFC 9470), upon which a
        client gets a new token. A session cookie is asked for at each request anyway.
        """
        return self.require(fresh=age)

    def public(self, handler: Handler) -> Handler:
        """Marks a handler whose routes anyone may call; no credential is looked at."""
        setattr(handler, MARK, "public")
        return handler

    def optional(self, handler: Handler) -> Handler:
        """Marks a handler whose routes anyone may call; a credential that is shown must be good."""
        setattr(handler, MARK, "optional")
        return handler

    def protect(self, app: FastAPI) -> FastAPI:
        """Has every route of an application ask for a person, unless it is marked public or the contract says so.

        Gives back the same object. Routes may be added before and after.

        Raises `RuntimeError` where the application has answered requests already.
        """
        protect(self, app)
        return app

    def on_event(self, listener: Listener) -> Listener:
        """Calls `listener` with each `Event` from now on; also as a decorator."""
        return self._events.listen(listener)

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
        self._events.tell(Event(STARTED, fields))
        if self._keys is not None:
            self._keys.warm()

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
        if scope.get(IDENTITY) is self.user:
            return None
        try:
            user = self.recognize(scope) or await self.look(scope)
        except Refused as refusal:
            install(scope, development=self.settings.development)
            raise self.tell(scope, refusal) from None
        self.keep(scope, user)
        enter(user.acting() if user is not None else None)
        return user

    def known(self, scope: Scope) -> User | None:
        """Whom this guard has found to call already."""
        known = scope.get(IDENTITY)
        return known if type(known) is User and known.is_known_to(self) else None

    def recognize(self, scope: Scope) -> User | None:
        """Whoever calls with a token that was accepted before, if that can be told at once.

        Such a token passes whatever an address has done meanwhile.
        """
        keys = self._keys
        if keys is None:
            verifier = self._verifier
        elif keys.are_fresh():
            verifier = keys.verifier
        else:
            return None
        verified = self._cache.find_bearer(verifier, scope["headers"])
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
        return user

    def keep(self, scope: Scope, user: User | None) -> None:
        """Keeps who calls with the request: for dependencies, and as `request.state.user`."""
        # Where it is nobody, something that only this guard has says so.
        scope[IDENTITY] = user or self.user
        scope.setdefault("state", {})["user"] = user

    def held_back(self, scope: Scope) -> int:
        """For how many seconds the address of a request is over its limit; 0 where it shows no credential, or is not."""
        limit = self._limit
        if limit is None or limit.is_empty or not (seconds := limit.retry_after(self._proxies.address(scope))):
            return 0
        sessions = self._sessions
        if sessions is not None and sessions.knows(scope):
            return 0
        if any(name == b"authorization" for name, _ in scope["headers"]):
            return seconds
        return seconds if sessions is not None and sessions.cookie_comes(scope) else 0

    async def look(self, scope: Scope, skip: Callable[[], bool] = lambda: False) -> User | None:
        """Who calls, not kept and not told: `None` where no credential is shown.

        `skip` says whether nobody minds; it is asked before anything is waited for or counted. Raises `Refused`.
        """
        token = bearer(scope)
        limit = self._limit
        address = self._proxies.address(scope) if limit is not None else ""
        try:
            user = await self._look(scope, token, skip, (limit.retry_after(address) if limit is not None else None) or 0)
        except Refused as refusal:
            if limit is not None and refusal.status_code in (400, 401) and not skip():
                self._count(limit, address)
            raise
        if user is not None and limit is not None and (failures := limit.failures(address)):
            happened: dict[str, str | int] = {"subject": user.id, "client.address": address, "refusals": failures}
            self._events.tell(Event(RECOVERED, happened))
        return user

    async def _look(self, scope: Scope, token: str | None, skip: Callable[[], bool], blocked: int) -> User | None:
        sessions = self._sessions
        shown = sessions.shown(scope, token) if sessions is not None else None
        if token is None and shown is None:
            return None
        # Over the limit, who was let in before is recognized; nothing else costs a signature, or a question.
        if blocked and not (sessions is not None and shown is not None and sessions.is_known(shown)):
            raise limited(blocked)
        if sessions is not None and shown is not None:
            if skip():
                return None
            facts = await sessions.find(scope, shown)
            return User(facts, facts.subject, self)
        assert token is not None
        try:
            verified = self._glance(token)
            if verified is None:
                if skip():
                    return None
                verified = await self._wait_for(token)
        except Refusal as refusal:
            raise refused(refusal) from None
        return self._user(verified)

    def _count(self, limit: FailureLimit, address: str) -> None:
        if limit.failed(address):
            self._events.tell(Event(LIMITED, {"client.address": address}, logging.WARNING))

    def _glance(self, token: str) -> Verified | None:
        """The token, if it holds; `None` where the keys must be fetched first. Raises `Refusal`."""
        if self._keys is not None and not self._keys.look(token):
            return None
        return self._cache.verify(self._held(), token)

    async def _wait_for(self, token: str) -> Verified:
        # It ends: the policy gives out few fetches, and none that does not end.
        while True:
            if self._keys is not None:
                await self._keys.fetched()
            if (verified := self._glance(token)) is not None:
                return verified

    def _user(self, verified: Verified) -> User:
        """Raises `Refused` where the token names nobody: a contract may do without `sub`, but nobody owns nothing."""
        subject = verified.subject
        if not subject:
            raise unknown_caller()
        return User(verified, subject, self)

    def _held(self) -> Verifier:
        return self._keys.verifier if self._keys is not None else self._verifier

    def tell(self, scope: Scope, refusal: Refused) -> Refused:
        """Tells in the log why somebody was not let in, and gives back the same."""
        status = refusal.status_code
        # One that only tells that somebody is not logged in is no news, and many of the others are told once.
        level = logging.INFO if status in (401, 429) and not self.settings.development else logging.WARNING
        if not self._events.hears(level):
            return refusal
        reason = refusal.reason
        fields: dict[str, str | int] = {"code": reason.code, "status": status, "fault": reason.text}
        fields["method"] = scope.get("method", "WEBSOCKET")
        fields["path"] = scope.get("path", "")
        if self.settings.development:
            fields["cure"] = reason.cure
        self._events.tell(Event(REFUSED, fields, level))
        return refusal
