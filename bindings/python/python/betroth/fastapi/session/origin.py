"""The defence of cookies: a browser sends them with whatever page asks, so the page is looked at."""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import Scope

from betroth.fastapi.answer import Reason, Refused

SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing (RFC 9110 §9.2.1); what they answer another page cannot read, for want of CORS."""


def check_origin(scope: Scope, origins: Collection[str]) -> None:
    """Raises `Refused` unless a request that could change something comes from the API's own origin or one of `origins`.

    The handshake of a WebSocket is such a request: no CORS stands before it. A browser says where a page is from in
    `Sec-Fetch-Site` and `Origin`, which no page can set; a request with neither is refused, as Better Auth does.
    """
    if scope["type"] == "http" and scope["method"] in SAFE:
        return
    said: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in (b"origin", b"sec-fetch-site", b"host"):
            said[name] = value
    if said.get(b"sec-fetch-site") in (b"same-origin", b"none"):
        return
    origin = said.get(b"origin", b"").decode("latin-1")
    if not origin or origin == "null":
        raise _not_from_here(
            "origin-missing",
            "the session came in a cookie, and no page of a known origin sent it",
            "call from a page of the front end; a program sends the header `Origin`, or a token instead of the cookie",
        )
    if origin in origins:
        return
    # Older browsers say the origin alone; the host is then what they called. Behind a proxy, only it knows of https.
    host = said.get(b"host", b"").decode("latin-1")
    own = (f"https://{host}",) if scope.get("scheme") in ("https", "wss") else (f"https://{host}", f"http://{host}")
    if b"sec-fetch-site" not in said and origin in own:
        return
    raise _not_from_here(
        "origin-unknown",
        "the session came in a cookie from a page of an origin that is not the front end's",
        "where that page is yours, add its origin to `web.origins` of the contract or to `WEB_ORIGINS`",
    )


def _not_from_here(code: str, text: str, cure: str) -> Refused:
    return Refused(403, "forbidden", "this page may not call", reason=Reason(code=code, text=text, cure=cure))
