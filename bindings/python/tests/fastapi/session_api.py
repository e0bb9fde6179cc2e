"""An application whose callers show sessions, for the tests of them."""

from typing import Annotated, Any

import httpx
from fastapi import Depends, FastAPI, WebSocket

from betroth.fastapi import Betroth, User

COOKIE = "better-auth.session_token"


def api(auth: Betroth) -> FastAPI:
    app = auth.protect(FastAPI())
    CurrentUser = Annotated[User, Depends(auth.user)]

    @app.api_route("/me", methods=["GET", "POST"])
    async def me(user: CurrentUser) -> dict[str, Any]:
        return {"id": user.id, "email": user.email, "roles": user.roles, "scopes": user.scopes, "session": user.session}

    @app.get("/open")
    @auth.public
    async def open_() -> str:
        return "open"

    @app.websocket("/live")
    async def live(socket: WebSocket, user: CurrentUser) -> None:
        await socket.accept()
        await socket.send_text(user.id)
        await socket.close()

    return app


def client(app: FastAPI, address: str = "203.0.113.7") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://api")
