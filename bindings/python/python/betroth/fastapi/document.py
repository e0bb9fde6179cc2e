"""The OpenAPI document of a protected application."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.models import HTTPBearer as Scheme

from betroth.fastapi.access import AccessMap
from betroth.fastapi.requirement import DESCRIPTION

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


def describe(app: FastAPI, access: AccessMap) -> None:
    """Has the document say what each route asks, so that its Authorize button works; public routes ask nothing."""
    document = app.openapi

    def openapi() -> dict[str, Any]:
        described = document()
        asked = access.by_path()
        is_used = False
        for path, operations in described.get("paths", {}).items():
            for method in METHODS:
                operation = operations.get(method)
                if operation is not None:
                    is_used |= _describe(operation, asked.get((method.upper(), path), "required"))
        if is_used:
            components = described.setdefault("components", {})
            scheme = Scheme(bearerFormat="JWT", description=DESCRIPTION)
            components.setdefault("securitySchemes", {}).setdefault(
                "Betroth", scheme.model_dump(by_alias=True, exclude_none=True, mode="json")
            )
        return described

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(operation: dict[str, Any], access: str) -> bool:
    """Adds to one operation what is missing, and says whether it names the scheme."""
    if access == "public":
        operation.pop("security", None)
        return False
    security = operation.setdefault("security", [])
    if not any("Betroth" in one for one in security):
        security.append({"Betroth": []})
    if access == "optional" and {} not in security:
        security.append({})
    responses = operation.setdefault("responses", {})
    content = {"application/problem+json": {"schema": PROBLEM}}
    if access == "required":
        responses.setdefault("401", {"description": "Nobody is known to call", "content": content})
        responses.setdefault("403", {"description": "This is not allowed", "content": content})
    return True
