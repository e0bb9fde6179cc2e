"""What a caller is told who is not let in: a challenge (RFC 6750 §3), and a body with a code that stays (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from fastapi import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from betroth import Refusal

MEDIA_TYPE = "application/problem+json"

@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why nobody is let in, for the log and, in development, for the developer."""

    code: str
    text: str
    cure: str


class Refused(HTTPException):
    """An answer that lets nobody in. What it tells does not help to guess a better token."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        reason: Reason,
        headers: Mapping[str, str] | None = None,
        is_guess: bool = True,
    ) -> None:
        """`is_guess`: whether somebody who knows nothing could have caused it, so that it counts for a limit."""
        super().__init__(status, detail, {"Cache-Control": "no-store", **(headers or {})})
        self.code = code
        self.reason = reason
        self.is_guess = is_guess and status in (400, 401)

    def response(self, *, development: bool) -> Response:
        """The answer; in development with the reason in the header `Betroth-Reason`."""
        headers = dict(self.headers or {})
        if development:
            text = f"{self.reason.code}: {self.reason.text}; {self.reason.cure}"
            headers["Betroth-Reason"] = text.encode("ascii", "replace").decode()
        body = _problem(self.status_code, self.code, str(self.detail))
        return Response(body, self.status_code, headers, MEDIA_TYPE)


# There are few: nothing of a request is in them.
@lru_cache(64)
def _problem(status: int, code: str, detail: str) -> bytes:
    members = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code}
    return json.dumps(members).encode()


def refused(refusal: Refusal) -> Refused:
    """The answer to a token that is refused, or that cannot be checked now."""
    reason = Reason(code=refusal.code, text=str(refusal), cure=refusal.cure)
    if refusal.status == 503:
        headers = {"Retry-After": str(refusal.retry_after or 5)}
        return Refused(503, "unavailable", refusal.description, reason=reason, headers=headers)
    error = refusal.error or "invalid_token"
    # Of all reasons, only that the time is over: a client gets a new token then.
    code = "token_expired" if refusal.code == "token-expired" else error
    headers = {"WWW-Authenticate": f'Bearer error="{error}", error_description="{refusal.description}"'}
    return Refused(refusal.status, code, refusal.description, reason=reason, headers=headers)


def unknown_caller() -> Refused:
    """The answer to who shows no credential: a challenge without an error (RFC 6750 §3.1), but never without a parameter (§3)."""
    reason = Reason(
        code="token-missing",
        text="there is no token",
        cure="send one as `Authorization: Bearer ...`; where the front end sends none, look at what its token request "
        "was answered",
    )
    return Refused(401, "unauthorized", "there is no token", reason=reason, headers={"WWW-Authenticate": 'Bearer realm="api"'})


def malformed(code: str, text: str, cure: str, *, is_guess: bool = True) -> Refused:
    """The answer to credentials that can be read in two ways, or in none."""
    challenge = f'Bearer error="invalid_request", error_description="{text}"'
    reason = Reason(code=code, text=text, cure=cure)
    headers = {"WWW-Authenticate": challenge}
    return Refused(400, "invalid_request", text, reason=reason, headers=headers, is_guess=is_guess)


def not_allowed(text: str, cure: str, *, scopes: str | None = None) -> Refused:
    """The answer to a person who may not do this; `scopes` are those that would do (RFC 6750 §3.1)."""
    asked = f', scope="{scopes}"' if scopes else ""
    challenge = f'Bearer error="insufficient_scope", error_description="{text}"{asked}'
    code = "insufficient_scope" if scopes else "forbidden"
    reason = Reason(code=code.replace("_", "-"), text=text, cure=cure)
    return Refused(403, code, text, reason=reason, headers={"WWW-Authenticate": challenge})


def too_old(seconds: int) -> Refused:
    """The answer to a credential that is good, and older than a route allows (RFC 9470 §3); a new one will do."""
    text = "a newer token is needed"
    challenge = f'Bearer error="insufficient_user_authentication", error_description="{text}", max_age="{seconds}"'
    reason = Reason(
        code="token-old",
        text=f"the issuer said more than {seconds} s ago who calls",
        cure="have the client get a new token and call again; or let the API ask itself, by `[session]` of the contract",
    )
    return Refused(401, "insufficient_user_authentication", text, reason=reason, headers={"WWW-Authenticate": challenge})


def limited(seconds: int) -> Refused:
    """The answer to an address that had too many failures; `seconds` until it may try again."""
    reason = Reason(
        code="too-many-failures",
        text="this address sent too many tokens that were refused",
        cure="mend what sends them, or raise `limits.failures` of the contract",
    )
    return Refused(429, "too_many_failures", "too many failures", reason=reason, headers={"Retry-After": str(seconds)})


async def hold_back(seconds: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers as `limited`, with nothing that takes time: who floods an API must not be dear."""
    if scope["type"] != "http":
        await limited(seconds).response(development=False)(scope, receive, send)
        return
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(_LIMITED)).encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", str(seconds).encode()),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": _LIMITED})


_LIMITED = _problem(429, "too_many_failures", "too many failures")


def install(scope: Scope, *, development: bool) -> None:
    """Has FastAPI answer `Refused` as it is meant, also where the application was not given to `protect`."""

    async def answer(_: HTTPConnection, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return error.response(development=development)

    handlers = scope.get("starlette.exception_handlers")
    if handlers is not None:
        handlers[0].setdefault(Refused, answer)
