"""The guard of an API."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx
from fastapi import FastAPI

from betroth.fastapi import environment, settings
from betroth.fastapi.access import MARK
from betroth.fastapi.callers import Callers
from betroth.fastapi.event import Listener
from betroth.fastapi.fault import SettingsFault
from betroth.fastapi.fresh import age_in_seconds
from betroth.fastapi.protection import protect
from betroth.fastapi.requirement import CurrentUser, OptionalUser
from betroth.fastapi.settings import Arguments, Settings

if TYPE_CHECKING:
    from betroth.fastapi.session.database import Database

Handler = TypeVar("Handler", bound=Callable[..., object])


class Betroth:
    """Knows who calls an API, by tokens that its issuer signed.

    Each value comes from its argument, else from the environment: `BETTER_AUTH_URL`, `BETTER_AUTH_ISSUER`,
    `BETTER_AUTH_PUBLIC_KEY`, `JWT_SECRET`, `BETTER_AUTH_SECRET`, `WEB_ORIGINS`. No file is read, see `from_contract`.
    """

    user: CurrentUser
    """The dependency that gives the person who calls: `Annotated[User, Depends(auth.user)]`."""
    optional_user: OptionalUser
    """The same, or `None` where no credential is shown."""
    settings: Settings
    """What holds."""
    callers: Callers
    """What finds who calls, for whatever stands before the routes."""

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

        Raises `SettingsFault` as `Betroth` does, where there is no contract, and where a lock is not what its contract says
        and both are there.
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
        self.callers = Callers(settings, transport, limit_failures)
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
        seconds = None if fresh is None else age_in_seconds(fresh)
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
        return self.callers.events.listen(listener)
