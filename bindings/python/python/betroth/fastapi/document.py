"""The OpenAPI document of a protected application."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer, SecurityBase

from betroth.fastapi.access import AccessMap
from betroth.fastapi.requirement import DESCRIPTION, SCHEME
from betroth.fastapi.session import SessionSettings

COOKIE_SCHEME = "BetrothSession"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "a name that stays"},
    },
}


def describe(app: FastAPI, access: AccessMap, session: SessionSettings | None) -> None:
    """Has the document say what each route asks, so that its Authorize button works; public routes ask nothing."""
    document = app.openapi
    schemes: dict[str, SecurityBase] = {SCHEME: HTTPBearer(bearerFormat="JWT", description=DESCRIPTION)}
    if session is not None and session.takes_cookies:
        # `in` is a word of Python; the model takes it by that name alone.
        where: dict[str, Any] = {"in": APIKeyIn.cookie}
        schemes[COOKIE_SCHEME] = APIKey(name=session.cookie, description="The session of Better Auth.", **where)

    def openapi() -> dict[str, Any]:
        described = document()
        asked = access.by_path()
        is_used = False
        for path, operations in described.get("paths", {}).items():
            for method in METHODS:
                operation = operations.get(method)
                if operation is not None:
                    is_used |= _describe(operation, asked.get((method.upper(), path), "required"), tuple(schemes))
        if is_used:
            written = described.setdefault("components", {}).setdefault("securitySchemes", {})
            for name, scheme in schemes.items():
                written.setdefault(name, scheme.model_dump(by_alias=True, exclude_none=True, mode="json"))
        return described

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(operation: dict[str, Any], access: str, schemes: tuple[str, ...]) -> bool:
    """Adds to one operation what is missing, and says whether it names a scheme; one of `schemes` is enough."""
    if access == "public":
        operation.pop("security", None)
        return False
    security = operation.setdefault("security", [])
    for scheme in schemes:
        if not any(scheme in one for one in security):
            security.append({scheme: []})
    if access == "optional" and {} not in security:
        security.append({})
    responses = operation.setdefault("responses", {})
    content = {"application/problem+json": {"schema": PROBLEM}}
    if access == "required":
        responses.setdefault("401", {"description": "Nobody is known to call", "content": content})
        responses.setdefault("403", {"description": "This is not allowed", "content": content})
    return True
