"""In FastAPI: who acts on a route, and 404 for a row of somebody else, as for one that is not there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar, overload
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from .acting import Identity, System, as_system, enter, found, identity, leave
from .asynchronous import AsyncSession
from .errors import NoOrganization, NotOwner

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


Whose = str | int | UUID | Identity | System | None


def acting(person: Callable[..., Any], whose: Callable[[Any], Whose]) -> Callable[..., AsyncIterator[Any]]:
    """A dependency for applications that verify credentials themselves: what `person` gives, who acts until the answer is sent.

    `person` is the application's own dependency, and `whose` says of what it gives whose rows are meant: an id, an `Identity` with an
    organization, `System("reason")` for somebody who may see everybody's rows, or `None` for nobody.

        CurrentUser = Annotated[User, Depends(acting(get_current_user, lambda user: user.id))]

    Routes behind `betroth.fastapi` need none of this.
    """

    # Asynchronous, so that it runs in the task of the request: what a synchronous dependency sets is lost with its thread.
    async def act(one: Any = Depends(person)) -> AsyncIterator[Any]:
        with _as(whose(one)):
            yield one

    return act


def _as(whose: Whose) -> AbstractContextManager[Any]:
    if whose is None:
        return nullcontext()
    if isinstance(whose, System):
        return as_system(whose.reason)
    return identity(whose.subject, whose.organization) if isinstance(whose, Identity) else identity(whose)


def install(app: FastAPI) -> None:
    """Answers 404 for `NotOwner`, `NoResultFound` and `NotFound`, with one body (RFC 9457), whatever the cause; 403 for `NoOrganization`.

    No request begins as the system, even where a test that calls the application acts as it.
    """
    for error in (NotOwner, NoResultFound, NotFound):
        app.add_exception_handler(error, _not_there)
    app.add_exception_handler(NoOrganization, _no_organization)
    app.add_middleware(_NotTheSystem)


class _NotTheSystem:
    """A request comes from outside, so the system cannot have sent it; a test client lends the application what acts around it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not isinstance(found(), System):
            return await self._app(scope, receive, send)
        before = enter(None)
        try:
            await self._app(scope, receive, send)
        finally:
            leave(before)


async def _not_there(request: Request, error: Exception) -> JSONResponse:
    del request, error  # What was asked and why it failed would tell whether the row is there.
    return _problem(404, "Not Found", "not_found", "there is no such row")


async def _no_organization(request: Request, error: Exception) -> JSONResponse:
    del request, error  # Which rows were asked for is not told.
    return _problem(403, "Forbidden", "forbidden", "an organization is needed")


def _problem(status: int, title: str, code: str, detail: str) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")
