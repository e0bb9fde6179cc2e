"""What a request shows."""

from __future__ import annotations

from starlette.types import Scope

from betroth.fastapi.answer import Refused, malformed, unknown_caller

# A token that is longer is refused; not more than needed to see that is copied out of the header.
_READ = 8 * 1024 + 1


def bearer(scope: Scope) -> str | None:
    """The token of `Authorization: Bearer` (RFC 6750 §2.1); `None` where the request has no such header.

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
        return None
    if found[:7].lower() != b"bearer ":
        raise _of_another_scheme(found)
    return found[7 : 7 + _READ].strip(b" ").decode("latin-1")


def _of_another_scheme(value: bytes) -> Refused:
    if value[:8].strip().lower() == b"bearer":
        return malformed("token-missing", "there is no token behind Bearer", "send the token, or no header at all")
    return unknown_caller()
