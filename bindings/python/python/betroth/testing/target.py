"""What is called of an application: each route with each of its methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from starlette.convertors import Convertor, FloatConvertor, IntegerConvertor, UUIDConvertor
from starlette.routing import Mount

from betroth.fastapi.access import effective_routes

WEBSOCKET = "WEBSOCKET"
"""What stands for the method of a WebSocket."""


@dataclass(frozen=True)
class Target:
    """One route with one method."""

    method: str
    route: str
    """Its path as the application names it: `/notes/{id}`."""
    path: str
    """The same with values."""
    headers: tuple[str, ...] = ()
    """The headers that its handler and dependencies name."""
    owned: bool = False
    """Whether a value of the path is one that belongs to a person."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}"


def targets(app: Any, values: Mapping[str, object], owned: Mapping[str, object], prefix: str = "") -> list[Target]:
    """The targets of an application and of those mounted in it; its own documentation is none."""
    documentation: set[str | None] = set()
    if isinstance(app, FastAPI):
        documentation = {app.docs_url, app.redoc_url, app.openapi_url, app.swagger_ui_oauth2_redirect_url}
    found: list[Target] = []
    for route in effective_routes(getattr(app, "routes", ())):
        path = getattr(route, "path", None)
        if path is None or path in documentation:
            continue
        original = getattr(route, "original_route", route)
        if isinstance(original, Mount):
            below = targets(original.app, values, owned, prefix + path)
            found += below or [Target("GET", f"{prefix}{path}/{{path}}", f"{prefix}{path}/betroth")]
        else:
            found += _of_route(route, path, values, owned, prefix)
    # Of several for one path and method, the first answers.
    by_name: dict[str, Target] = {}
    for target in found:
        by_name.setdefault(target.name, target)
    return list(by_name.values())


def _of_route(
    route: Any, path: str, values: Mapping[str, object], owned: Mapping[str, object], prefix: str
) -> Iterator[Target]:
    shape = getattr(route, "path_format", None) or path
    kinds = {field.name: field.field_info.annotation for field in _fields(getattr(route, "dependant", None), "path")}
    convertors: Mapping[str, Convertor[Any]] = getattr(route, "param_convertors", None) or {}
    given = {**values, **owned}
    filled = shape
    for name, convertor in convertors.items():
        value = given.get(name, _value(convertor, kinds.get(name)))
        filled = filled.replace(f"{{{name}}}", str(value))
    headers = tuple({field.alias: None for field in _fields(getattr(route, "dependant", None), "header")})
    is_owned = any(name in owned for name in convertors)
    # A WebSocket has no methods; a plain route that names none answers to every one.
    is_socket = not hasattr(route, "methods") or "WebSocket" in type(getattr(route, "original_route", route)).__name__
    methods = [WEBSOCKET] if is_socket else sorted(set(route.methods or {"GET"}) - {"HEAD", "OPTIONS"})
    for method in methods:
        yield Target(method, prefix + shape, prefix + filled, headers, is_owned)


def _value(convertor: Convertor[Any], kind: object) -> object:
    """Something that the route takes for a parameter nobody gave a value."""
    if isinstance(convertor, UUIDConvertor) or kind is UUID:
        return UUID(int=1)
    if isinstance(convertor, FloatConvertor):
        return "1.0"
    return 1 if isinstance(convertor, IntegerConvertor) else "1"


def _fields(dependant: Any, place: str) -> Iterator[Any]:
    """What a handler and its dependencies take from the path or from headers."""
    yield from getattr(dependant, f"{place}_params", ())
    for dependency in getattr(dependant, "dependencies", ()):
        yield from _fields(dependency, place)
