"""An API of notes, guarded or with holes."""

from typing import Annotated, Any

import httpx
import jwt
from fastapi import APIRouter, Body, Depends, FastAPI, Header, HTTPException, Request, WebSocket

from betroth.fastapi import Betroth, User

URL = "https://app.example.com"


class Notes(dict[int, dict[str, Any]]):
    """The notes of all people."""

    def of(self, id: int, owner: str, *, looks: bool = True) -> dict[str, Any]:
        """A note; 404 where it is somebody else's, unless nobody looks."""
        note = self.get(id)
        if note is None or (looks and note["owner"] != owner):
            raise HTTPException(404)
        return note


def application(*, protect: bool = True, looks: bool = True) -> tuple[FastAPI, Betroth, Notes]:
    """Its issuer is down, unless another stands in. `looks`: whether it looks whose a note is."""
    auth, app, notes = Betroth(URL, transport=httpx.MockTransport(lambda _: httpx.Response(500))), FastAPI(), Notes()
    Person = Annotated[User, Depends(auth.user)]
    if protect:
        auth.protect(app)
    router = APIRouter(prefix="/notes")

    @router.post("")
    async def write(user: Person, text: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
        id = len(notes) + 1
        notes[id] = {"id": id, "owner": user.id, "text": text}
        return notes[id]

    @router.get("")
    async def listed(user: Person) -> list[dict[str, Any]]:
        return [note for note in notes.values() if not looks or note["owner"] == user.id]

    @router.get("/{id}")
    async def read(user: Person, id: int) -> dict[str, Any]:
        return notes.of(id, user.id, looks=looks)

    @router.put("/{id}")
    async def change(user: Person, id: int, text: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
        notes.of(id, user.id, looks=looks)["text"] = text
        return notes[id]

    @router.delete("/{id}", status_code=204)
    def delete(user: Person, id: int) -> None:
        notes.of(id, user.id, looks=looks)
        del notes[id]

    @app.get("/health")
    @auth.public
    async def health() -> str:
        return "well"

    @app.websocket("/live")
    async def live(socket: WebSocket, user: Person) -> None:
        await socket.accept()
        await socket.close()

    app.include_router(router)
    return app, auth, notes


def believes_headers(app: FastAPI) -> None:
    """Adds routes that take the person from a header, one in sight of FastAPI and two in the handler alone."""

    @app.get("/declared")
    async def declared(x_account: Annotated[str, Header()]) -> str:
        return x_account

    @app.get("/hidden")
    async def hidden(request: Request) -> str:
        if "X-User-Id" not in request.headers:
            raise HTTPException(401)
        return f"notes of {request.headers['X-User-Id']}"


def believes_beside_the_guard(app: FastAPI, auth: Betroth) -> None:
    """Adds a route that asks for a person, and then believes a header that names another."""

    @app.get("/mine")
    async def mine(request: Request, user: Annotated[User, Depends(auth.user)]) -> str:
        return f"notes of {request.headers.get('X-Forwarded-User', user.id)}"


def reads_tokens_itself(app: FastAPI, auth: Betroth) -> None:
    """Adds a route whose own verification looks at the signature and the time, and forgets the audience."""

    @app.get("/own")
    async def own(request: Request) -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        keys = auth.callers.tokens._keys
        assert keys is not None
        async with keys._http.client() as client:
            published = jwt.PyJWKSet.from_dict((await client.get(auth.settings.jwks_url or "")).json())
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = next(key for key in published.keys if key.key_id == kid)
            options: Any = {"verify_aud": False, "require": ["exp", "sub"]}
            return str(jwt.decode(token, key, ["EdDSA"], options=options, issuer=URL)["sub"])
        except (jwt.PyJWTError, StopIteration):
            raise HTTPException(401) from None
