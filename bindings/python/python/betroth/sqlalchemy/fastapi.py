"""In FastAPI, a row of somebody else is a row that is not there: 404."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar, overload

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .errors import NotOwner

T = TypeVar("T")


class NotFound(HTTPException):
    """There is no such row for whoever asks."""

    def __init__(self) -> None:
        super().__init__(404, "not found")


@overload
def get_or_404(session: Session, class_: type[T], key: Any, **options: Any) -> T: ...
@overload
def get_or_404(session: AsyncSession, class_: type[T], key: Any, **options: Any) -> Awaitable[T]: ...
def get_or_404(session: Session | AsyncSession, class_: type[T], key: Any, **options: Any) -> T | Awaitable[T]:
    """The row with this primary key; to be awaited with an `AsyncSession`. `options` are those of `Session.get`.

    # Errors
    `NotFound` (404) if there is no such row, or if it is somebody else's: the answer is the same.
    """
    if isinstance(session, AsyncSession):
        return _get_async(session, class_, key, options)
    return _present(session.get(class_, key, **options))


async def _get_async(session: AsyncSession, class_: type[T], key: Any, options: dict[str, Any]) -> T:
    return _present(await session.get(class_, key, **options))


def _present(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row


def install(app: FastAPI) -> None:
    """Answers 404 for `NotOwner`, `NoResultFound` and `NotFound`, with one body (RFC 9457), whatever the cause."""
    for error in (NotOwner, NoResultFound, NotFound):
        app.add_exception_handler(error, _answer)


async def _answer(request: Request, error: Exception) -> JSONResponse:
    del request, error  # What was asked and why it failed would tell whether the row is there.
    body = {"type": "about:blank", "title": "Not Found", "status": 404, "code": "not_found", "detail": "there is no such row"}
    return JSONResponse(body, 404, media_type="application/problem+json")
