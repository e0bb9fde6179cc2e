"""Changes that do not overwrite each other: a version as `ETag`, and `If-Match` held to it (RFC 9110, sections 8.8.3 and 13.1.1).

    @app.put("/notes/{id}")
    def put(id: int, new: NoteIn, match: Annotated[IfMatch, Depends(if_match)], response: Response, session: …) -> NoteOut:
        note = get_or_404(session, Note, id)
        match.hold(note.version, current=NoteOut.model_validate(note))
        …
        set_etag(response, note.version)

`install(app)` makes the answers. With SQLAlchemy, `__mapper_args__ = {"version_id_col": version}` lets the database hold the version too:
`StaleDataError` of a flush then means that somebody was faster, and is answered with 412 as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

MAX_TAGS = 64
"""How many tags one `If-Match` or `If-None-Match` may list."""


class EtagError(Exception):
    """What ends a request that depends on a version. `status` is its HTTP status, `code` is stable."""

    status = 400
    code = "invalid-request"
    title = "Bad Request"
    detail = "`If-Match` is not a list of entity tags: send the value of an `ETag` as it was received, with its quotes"

    def __init__(self, current: Any = None, version: Any = None) -> None:
        super().__init__(self.detail)
        self.current = current
        self.version = version


class PreconditionRequired(EtagError):
    """The request names no version (RFC 6585, section 3)."""

    status = 428
    code = "precondition-required"
    title = "Precondition Required"
    detail = "send the `ETag` of what you change as `If-Match`"


class PreconditionFailed(EtagError):
    """The row is no longer what the caller has seen. `current` is its state now, `version` the version of that."""

    status = 412
    code = "precondition-failed"
    title = "Precondition Failed"
    detail = "this was changed since you have read it"


class NotModified(EtagError):
    """The caller has this version already (RFC 9110, section 13.1.2)."""

    status = 304
    code = "not-modified"
    title = "Not Modified"
    detail = "you have this version already"


def etag(version: Any) -> str:
    """The strong tag of a version: a number, a time, bytes or text. Text that could not stand in a tag goes in as its hash.

    # Errors
    `TypeError` for `None`: a row that was not flushed has no version.
    """
    if version is None:
        raise TypeError("a version is needed for an `ETag`: flush the row first")
    if isinstance(version, bytes):
        text = version.hex()
    else:
        text = version.isoformat() if hasattr(version, "isoformat") else str(version)
    if not text or len(text) > 64 or any(not ("!" <= c <= "~") or c == '"' for c in text):
        text = "h-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f'"{text}"'


def set_etag(response: Response, version: Any) -> None:
    """Puts the tag of a version onto an answer."""
    response.headers["ETag"] = etag(version)


@dataclass(frozen=True, slots=True)
class IfMatch:
    """What `If-Match` says: `tags` are the strong tags that it lists, `any` whether it is `*`; both empty if it was not sent."""

    tags: tuple[str, ...] = ()
    any: bool = False

    @property
    def sent(self) -> bool:
        """Whether the request depends on a version at all."""
        return self.any or bool(self.tags)

    def hold(self, version: Any, current: Any = None) -> None:
        """Lets the request pass if it may change what has this version. `current` goes into the answer if not.

        # Errors
        `PreconditionFailed`.
        """
        if self.sent and not self.any and etag(version) not in self.tags:
            raise PreconditionFailed(current, version)


def optional_if_match(header: Annotated[list[str] | None, Header(alias="If-Match")] = None) -> IfMatch:
    """A dependency: `If-Match`, where it was sent.

    # Errors
    `EtagError` (400) if it is no list of tags.
    """
    if not header:
        return IfMatch()
    tags = _tags(", ".join(header))
    if tags is None:
        return IfMatch(any=True)
    # Weak tags never match here (RFC 9110, section 13.1.1), so a list of nothing else matches nothing.
    return IfMatch(tuple(tag for tag in tags if not tag.startswith("W/")) or ("",))


def if_match(header: Annotated[list[str] | None, Header(alias="If-Match")] = None) -> IfMatch:
    """A dependency: `If-Match`, which the request must have.

    # Errors
    `PreconditionRequired` (428) without it, `EtagError` (400) if it is no list of tags.
    """
    found = optional_if_match(header)
    if not found.sent:
        raise PreconditionRequired
    return found


def not_modified(request: Request, version: Any) -> None:
    """Ends a GET whose caller has this version already.

    # Errors
    `NotModified` (304), `EtagError` (400).
    """
    header = request.headers.getlist("if-none-match")
    if header and request.method in ("GET", "HEAD"):
        tags = _tags(", ".join(header))
        if tags is None or etag(version) in (tag.removeprefix("W/") for tag in tags):
            raise NotModified(version=version)


def _tags(header: str) -> list[str] | None:
    """The tags of a header, or `None` for `*`."""
    text = header.strip(" \t")
    if text == "*":
        return None
    tags: list[str] = []
    while text:
        weak = text.startswith("W/")
        start = 2 if weak else 0
        end = text.find('"', start + 1)
        if not text.startswith('"', start) or end < 0 or any(not ("!" <= c <= "~" or c >= "\x80") for c in text[start + 1 : end]):
            raise EtagError
        tags.append(text[: end + 1])
        text = text[end + 1 :].lstrip(" \t")
        if text and not text.startswith(","):
            raise EtagError
        text = text.lstrip(", \t")
        if len(tags) > MAX_TAGS:
            raise EtagError
    if not tags:
        raise EtagError
    return tags


def install(app: FastAPI, *, encode: Callable[[Any], Any] = jsonable_encoder) -> None:
    """Answers the errors of this module (RFC 9457). A 412 carries the current state as `current`, and its `ETag`.

    `StaleDataError` of SQLAlchemy, where it is installed, is answered with 412 without the state.
    """

    async def answer(request: Request, error: Exception) -> Response:
        del request
        assert isinstance(error, EtagError)
        headers = {"ETag": etag(error.version)} if error.version is not None else {}
        if isinstance(error, NotModified):
            return Response(status_code=304, headers=headers)
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": error.title,
            "status": error.status,
            "code": error.code,
            "detail": error.detail,
        }
        if error.current is not None:
            body["current"] = encode(error.current)
        return JSONResponse(body, error.status, headers, media_type="application/problem+json")

    async def stale(request: Request, error: Exception) -> Response:
        del error
        return await answer(request, PreconditionFailed())

    app.add_exception_handler(EtagError, answer)
    try:
        from sqlalchemy.orm.exc import StaleDataError
    except ImportError:
        return
    app.add_exception_handler(StaleDataError, stale)
