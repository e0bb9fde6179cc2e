"""The dependencies of FastAPI: who calls, and what is asked of them.

Each is one object for one guard, so that `dependency_overrides` finds it.
"""

# No postponed annotations here: FastAPI reads those of `__call__` from an object, which has no globals to look them up.
from typing import TYPE_CHECKING, Optional, Union

from fastapi.openapi.models import HTTPBearer as Scheme
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from betroth.fastapi.answer import not_allowed
from betroth.fastapi.user import User

if TYPE_CHECKING:
    from betroth.fastapi.guard import Betroth

DESCRIPTION = "An access token of the issuer; Better Auth gives one at `/api/auth/token`."
SCHEME = "Betroth"
"""The name of the security scheme for tokens, in the OpenAPI document."""


class CurrentUser(SecurityBase):
    """The person who calls. Whoever shows no credential that holds is answered, and the route is not reached."""

    def __init__(
        self,
        guard: "Betroth",
        *,
        roles: tuple[str, ...] = (),
        permissions: tuple[str, ...] = (),
        organization: Union[bool, str] = False,
        fresh: Optional[int] = None,
    ) -> None:
        self.model = Scheme(bearerFormat="JWT", description=DESCRIPTION)
        self.scheme_name = SCHEME
        self.guard = guard
        self._callers = guard.callers
        self._roles = frozenset(roles)
        self._permissions = permissions
        self._organization = organization
        self._fresh = fresh

    async def __call__(self, connection: HTTPConnection, security_scopes: SecurityScopes) -> User:
        user = self._callers.known(connection.scope) or await self._callers.person(connection.scope)
        if self._fresh is not None:
            user = await self._callers.freshen(connection.scope, user, self._fresh)
        if scopes := security_scopes.scopes:
            check_scopes(user, scopes)
        if self._roles:
            check_roles(user, self._roles)
        if self._permissions:
            _check_permissions(user, self._permissions)
        if self._organization:
            self._check_organization(user, connection)
        return user

    def _check_organization(self, user: User, connection: HTTPConnection) -> None:
        asked = self._organization
        if isinstance(asked, str) and asked[:1] == "{":
            asked = str(connection.path_params.get(asked[1:-1], ""))
        if not user.organization or (isinstance(asked, str) and user.organization != asked):
            cure = "have the issuer write the organization into the token; the contract says where, `claims.organization`"
            raise not_allowed("another organization is needed", cure)


class OptionalUser(SecurityBase):
    """The person who calls, or `None` where no credential at all is shown; one that does not hold is answered."""

    def __init__(self, guard: "Betroth") -> None:
        self.model = Scheme(bearerFormat="JWT", description=DESCRIPTION)
        self.scheme_name = SCHEME
        self.guard = guard

    async def __call__(self, connection: HTTPConnection) -> Optional[User]:
        return await self.guard.callers.identify(connection.scope)


def check_scopes(user: User, asked: "list[str] | tuple[str, ...]") -> None:
    """Raises `Refused` unless the token is for every one of these scopes."""
    has = user.scopes
    if any(scope not in has for scope in asked):
        cure = "ask the issuer for a token with these scopes; the contract says where they stand, `claims.scopes`"
        raise not_allowed("another scope is needed", cure, scopes=" ".join(asked))


def check_roles(user: User, asked: "frozenset[str]") -> None:
    """Raises `Refused` unless the person has one of these roles."""
    if asked.isdisjoint(user.roles):
        cure = f"give the person one of the roles {', '.join(sorted(asked))}; the contract says where, `claims.roles`"
        raise not_allowed("another role is needed", cure)


def _check_permissions(user: User, asked: tuple[str, ...]) -> None:
    has = user.permissions
    if any(permission not in has for permission in asked):
        cure = f"allow {', '.join(asked)} to the person; the contract says where, `claims.permissions`"
        raise not_allowed("another permission is needed", cure)
