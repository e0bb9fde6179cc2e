"""What each route of an application asks: its mark, its dependency, the contract, the default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from betroth.fastapi.requirement import OptionalUser
from betroth.fastapi.settings import Access, Settings

MARK = "__betroth_access__"
"""The attribute of a handler that says whom it lets in."""


@dataclass(frozen=True)
class Asked:
    """What a route asks."""

    access: Access
    roles: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    fresh: int | None = None
    """How long ago the issuer may have said who calls, in seconds."""
    path: str | None = None
    """As the framework names it; `None` where no route fits."""


class AccessMap:
    """What the routes of an application ask.

    A route is found as the application's own router finds it: the first that fits.
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        pages = (app.docs_url, app.redoc_url, app.openapi_url, app.swagger_ui_oauth2_redirect_url)
        self._documentation = frozenset(page for page in pages if page is not None)
        docs = settings.docs
        is_served = docs in ("public", "required") or (docs == "development" and settings.development)
        # A route ends in `$`, which fits before a last line feed too.
        hidden = () if is_served else (page + end for page in self._documentation for end in ("", "\n"))
        self._hidden = frozenset(hidden)
        self._routes: list[tuple[Any, dict[str, Asked]]] = []
        self._version: object = None
        self.asks_more = any(route.roles or route.scopes or route.fresh for route in settings.routes)
        """Whether some route asks more than a person, so that it must be known which one is meant."""

    def hides(self, scope: Scope) -> bool:
        """Whether a request is for the application's own documentation, where that is served to nobody."""
        hidden = self._hidden
        if not hidden:
            return False
        path: str = scope["path"]
        if path in hidden:
            return True
        root: str = scope.get("root_path", "")
        return bool(root) and path.removeprefix(root.rstrip("/")) in hidden

    def asked(self, scope: Scope) -> Asked:
        """What the route of a request asks; the default where no route fits."""
        version = _version(self._app)
        if version != self._version:
            routes = effective_routes(self._app.routes)
            # To the hidden ones nobody comes, and to ask a route whether it fits takes time.
            self._routes = [(route, {}) for route in routes if getattr(route, "path", None) not in self._hidden]
            self._version = version
        for route, known in self._routes:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                method = _method(scope)
                if method not in known:
                    known[method] = self._of(route, method)
                return known[method]
        return Asked(self._settings.default)

    def by_path(self) -> dict[tuple[str, str], Access]:
        """Whom each route lets in, by method and path as the OpenAPI document has them."""
        found: dict[tuple[str, str], Access] = {}
        for route in effective_routes(self._app.routes):
            for method in getattr(route, "methods", None) or ():
                path = getattr(route, "path_format", None)
                if path is not None:
                    found.setdefault((method, path), self._of(route, method).access)
        return found

    def unknown_paths(self) -> list[str]:
        """The paths of the contract that the application does not have."""
        paths = {getattr(route, "path", None) for route in effective_routes(self._app.routes)}
        return [route.path for route in self._settings.routes if route.path not in paths]

    def _of(self, route: Any, method: str) -> Asked:
        path = getattr(route, "path", None)
        if path is not None and path in self._documentation:
            return Asked("required" if self._settings.docs == "required" else "public", path=path)
        mark: Access | None = getattr(getattr(route, "endpoint", None), MARK, None)
        if mark is not None:
            return Asked(mark, path=path)
        for written in self._settings.routes:
            if written.path == path and (not written.methods or method in written.methods):
                return Asked(written.access, frozenset(written.roles), tuple(written.scopes), written.fresh, path)
        if _is_optional(getattr(route, "dependant", None)):
            return Asked("optional", path=path)
        return Asked(self._settings.default, path=path)


def effective_routes(routes: Iterable[BaseRoute]) -> list[Any]:
    """The routes with those of included routers, in the order in which they are tried."""
    try:
        from fastapi.routing import iter_route_contexts
    except ImportError:
        # Before routers were kept apart, `include_router` copied their routes.
        return list(routes)
    return list(iter_route_contexts(list(routes)))


def _method(scope: Scope) -> str:
    """The method that is asked for; one that nobody can name in a contract is as any other of those."""
    method = scope.get("method", "GET")
    if method == "HEAD":
        return "GET"
    return method if method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"


def _version(app: FastAPI) -> object:
    """Something that differs once routes were added."""
    version = getattr(app.router, "_get_routes_version", None)
    return (len(app.routes), version() if version is not None else None)


def _is_optional(dependant: Any) -> bool:
    """Whether a handler itself takes who calls or nobody."""
    return any(
        isinstance(dependency.call, OptionalUser) or _is_optional(dependency)
        for dependency in getattr(dependant, "dependencies", ())
    )
