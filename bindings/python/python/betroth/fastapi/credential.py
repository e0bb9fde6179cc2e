"""What a request shows."""

from __future__ import annotations

from starlette.types import Scope

from betroth.fastapi.answer import Refused, malformed, unknown_caller

SUBPROTOCOL = "betroth.bearer"
"""What a browser offers beside its token, and what a server accepts of the two: a token is never sent back."""

# A token that is longer is refused; not more than needed to see that is copied out of the header.
_READ = 8 * 1024 + 1


def bearer(scope: Scope) -> str | None:
    """The token of `Authorization: Bearer` (RFC 6750 §2.1); `None` where the request has no such header.

    A browser cannot set it for a WebSocket; it offers the subprotocols `betroth.bearer` and the token instead.

    Raises `Refused`: 400 for two headers, 401 for another scheme.
    """
    found: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            if found is not None:
                raise malformed(
                    "authorization-twice",
                    "there are two Authorization headers",
                    "send one; where a proxy adds its own, have it replace the one that came",
                )
            found = value
    if found is None:
        return _subprotocol(scope) if scope["type"] == "websocket" else None
    if found[:7].lower() != b"bearer ":
        raise _of_another_scheme(found)
    return found[7 : 7 + _READ].strip(b" ").decode("latin-1")


def _subprotocol(scope: Scope) -> str | None:
    offered: list[str] = scope.get("subprotocols") or []
    if SUBPROTOCOL not in offered:
        return None
    others = [name for name in offered if name.count(".") == 2]
    return others[0][:_READ] if len(others) == 1 else ""


def _of_another_scheme(value: bytes) -> Refused:
    if value[:8].strip().lower() == b"bearer":
        return malformed("token-missing", "there is no token behind Bearer", "send the token, or no header at all")
    return unknown_caller()
