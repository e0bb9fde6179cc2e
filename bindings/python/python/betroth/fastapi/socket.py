"""A WebSocket lives as long as its credential."""

from __future__ import annotations

import asyncio
import time

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from betroth.fastapi.credential import SUBPROTOCOL

LONGEST = 15 * 60
"""For how many seconds a connection lives on a session, which can be ended meanwhile; then it is opened anew."""

UNAUTHORIZED = 3000
"""The code of a connection that ended for want of a credential (IANA, WebSocket Close Code Number Registry)."""


async def deny(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers the handshake itself where the server can, and otherwise closes before it is accepted."""
    if "websocket.http.response" in scope.get("extensions", {}):
        await response(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": UNAUTHORIZED, "reason": ""})


def ending(scope: Scope, receive: Receive, send: Send, expires_at: int) -> tuple[Receive, Send]:
    """`receive` and `send` of a connection that ends at `expires_at`, in seconds since 1970.

    The application is told of a disconnection then; what it sends later goes nowhere.
    """
    is_over = False
    showed_token = SUBPROTOCOL in (scope.get("subprotocols") or ())

    async def receive_until(*_: object) -> Message:
        nonlocal is_over
        left = expires_at - time.time()
        if not is_over and left > 0:
            try:
                return await asyncio.wait_for(receive(), left)
            except asyncio.TimeoutError:
                pass
        if not is_over:
            is_over = True
            await send({"type": "websocket.close", "code": UNAUTHORIZED, "reason": "the token expired"})
        return {"type": "websocket.disconnect", "code": UNAUTHORIZED, "reason": "the token expired"}

    async def send_until(message: Message) -> None:
        nonlocal is_over
        if is_over:
            return
        if time.time() >= expires_at:
            is_over = True
            await send({"type": "websocket.close", "code": UNAUTHORIZED, "reason": "the token expired"})
            return
        if showed_token and message["type"] == "websocket.accept" and not message.get("subprotocol"):
            # A browser ends a connection that takes none of what it offered.
            message = {**message, "subprotocol": SUBPROTOCOL}
        await send(message)

    return receive_until, send_until
