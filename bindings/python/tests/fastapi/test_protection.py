"""Contract, CORS, limits and WebSockets of a protected application."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, WebSocket
from starlette.middleware.cors import CORSMiddleware
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from betroth.fastapi import Betroth, Event, User

from .issuer import URL, Issuer, client

ORIGIN = "https://app.example.com"


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def under(contract: str, issuer: Issuer, folder: Path) -> Betroth:
    path = folder / "betroth.toml"
    path.write_text(f'[issuer]\nbase_url = "{URL}"\n{contract}', "utf-8")
    return Betroth.from_contract(path, transport=issuer.transport)


def app() -> FastAPI:
    app = FastAPI()

    @app.get("/health")
    @app.get("/notes")
    @app.get("/admin")
    async def read() -> str:
        return "read"

    @app.api_route("/items/{item}", methods=["GET", "DELETE"])
    async def item(item: str) -> str:
        return item

    @app.get("/items/{item}/special")
    async def special(item: str) -> str:
        return item

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("broken")

    return app


ROUTES = """
[api]
docs = "required"
[[route]]
path = "/health"
access = "public"
[[route]]
path = "/items/{item}"
methods = ["GET"]
access = "public"
[[route]]
path = "/items/{item}"
methods = ["DELETE"]
roles = ["admin"]
[[route]]
path = "/admin"
roles = ["admin", "owner"]
scopes = ["admin:read"]
[[route]]
path = "/gone"
access = "public"
"""


async def test_the_contract_says_what_a_route_asks(
    issuer: Issuer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    auth = under(ROUTES, issuer, tmp_path)
    async with client(auth.protect(app())) as calls:
        assert (await calls.get("/health")).status_code == 200
        assert (await calls.get("/items/1")).status_code == 200
        assert (await calls.get("/items/1/special")).status_code == 401
        assert (await calls.delete("/items/1")).status_code == 401
        assert (await calls.get("/gone")).status_code == 401
        assert (await calls.delete("/items/1", headers=issuer.bearer())).status_code == 403
        assert (await calls.delete("/items/1", headers=issuer.bearer(role="admin"))).status_code == 200
        assert (await calls.get("/admin", headers=issuer.bearer(role="owner"))).status_code == 403
        assert (await calls.get("/admin", headers=issuer.bearer(role="owner", scope="admin:read"))).status_code == 200
        assert (await calls.get("/notes", headers=issuer.bearer())).status_code == 200
        assert (await calls.get("/openapi.json")).status_code == 401
        assert (await calls.get("/openapi.json", headers=issuer.bearer())).status_code == 200
    assert "`/gone`, which the application does not have" in caplog.text


async def test_a_page_of_the_front_end_can_read_every_answer(issuer: Issuer) -> None:
    auth = issuer.guard(origins=[ORIGIN])
    async with client(auth.protect(app())) as calls:
        headers = {"Origin": ORIGIN}
        asked = {**headers, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
        preflight = await calls.options("/notes", headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
        for path, given, status in [("/notes", {}, 401), ("/broken", issuer.bearer(), 500), ("/notes", issuer.bearer(), 200)]:
            answer = await calls.get(path, headers={**headers, **given})
            assert answer.status_code == status
            assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
            assert "WWW-Authenticate" in answer.headers["Access-Control-Expose-Headers"]
        foreign = await calls.get("/notes", headers={"Origin": "https://evil.example", **issuer.bearer()})
        assert "Access-Control-Allow-Origin" not in foreign.headers


async def test_cors_of_the_application_itself_answers_preflights_before_the_gate(issuer: Issuer) -> None:
    protected = issuer.guard().protect(app())
    protected.add_middleware(CORSMiddleware, allow_origins=[ORIGIN], allow_headers=["Authorization"])
    async with client(protected) as calls:
        headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
        assert (await calls.options("/notes", headers=headers)).status_code == 200
        answer = await calls.get("/notes", headers={"Origin": ORIGIN})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, ORIGIN)


async def test_failures_of_an_address_are_limited_and_nobody_else_pays(issuer: Issuer) -> None:
    auth = issuer.guard()
    events: list[Event] = []
    auth.on_event(events.append)
    protected = auth.protect(app())
    known = issuer.bearer()
    async with client(protected, "203.0.113.7") as calls, client(protected, "203.0.113.8") as others:
        assert (await calls.get("/notes", headers=known)).status_code == 200
        for number in range(20):
            bad = issuer.bearer(aud=f"https://{number}.example")
            assert (await calls.get("/notes", headers=bad)).status_code == 401
        answer = await calls.get("/notes", headers=issuer.bearer(aud="https://other.example"))
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_failures")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert (await calls.get("/notes", headers=issuer.bearer(sub="new"))).status_code == 429
        assert (await calls.get("/notes", headers=known)).status_code == 200
        assert (await calls.get("/health", headers=known)).status_code == 200
        assert (await others.get("/notes", headers=issuer.bearer(sub="eve"))).status_code == 200
        assert (await others.get("/notes", headers=issuer.bearer(aud="https://x.example"))).status_code == 401
    assert [event.name for event in events].count("betroth.limit.reached") == 1


async def test_the_address_is_that_behind_listed_proxies_alone(issuer: Issuer, tmp_path: Path) -> None:
    limits = '[limits]\nfailures = "1/h"\ntrusted_proxies = ["10.0.0.0/8"]\n'
    protected = under(limits, issuer, tmp_path).protect(app())

    async def status(address: str, forwarded: str, bad: bool) -> int:
        headers = issuer.bearer(aud="https://other.example") if bad else issuer.bearer(sub=forwarded + str(time.time()))
        async with client(protected, address) as calls:
            return (await calls.get("/notes", headers={**headers, "X-Forwarded-For": forwarded})).status_code

    assert await status("10.0.0.1", "198.51.100.1, 10.0.0.2", bad=True) == 401
    assert await status("10.0.0.1", "198.51.100.1", bad=False) == 429
    assert await status("10.0.0.1", "198.51.100.2", bad=False) == 200
    # What a stranger writes in front is not believed, nor anything of a connection that is no proxy's.
    assert await status("10.0.0.1", "198.51.100.2, 198.51.100.1", bad=False) == 429
    assert await status("198.51.100.3", "198.51.100.1", bad=False) == 200
    # Some proxies write the port too, and write IPv6 in brackets then.
    assert await status("10.0.0.1", "198.51.100.1:4711, 10.0.0.2:443", bad=False) == 429
    assert await status("10.0.0.1", "[2001:db8::1]:4711", bad=True) == 401
    assert await status("10.0.0.1", "2001:db8::2", bad=False) == 429


async def test_callers_without_an_address_do_not_count_for_each_other(issuer: Issuer) -> None:
    async with client(issuer.guard().protect(app()), "") as calls:
        for number in range(30):
            bad = issuer.bearer(aud=f"https://{number}.example")
            assert (await calls.get("/notes", headers=bad)).status_code == 401
        assert (await calls.get("/notes", headers=issuer.bearer())).status_code == 200


async def test_it_is_told_who_gets_in_after_refusals(issuer: Issuer) -> None:
    auth = issuer.guard()
    events: list[Event] = []
    auth.on_event(events.append)
    async with client(auth.protect(app())) as calls:
        for number in range(3):
            await calls.get("/notes", headers=issuer.bearer(aud=f"https://{number}.example"))
        assert (await calls.get("/notes", headers=issuer.bearer())).status_code == 200
    (told,) = [event for event in events if event.name == "betroth.token.accepted_after_refusals"]
    assert told.fields == {"user.id": "ada", "client.address": "203.0.113.7", "refusals": 3}


async def test_in_development_failures_are_not_counted(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETROTH_MODE", "development")
    async with client(issuer.guard().protect(app())) as calls:
        for _ in range(30):
            assert (await calls.get("/notes", headers=issuer.bearer(aud="x"))).status_code == 401


def talking(auth: Betroth) -> FastAPI:
    app = auth.protect(FastAPI())

    @app.websocket("/talk")
    async def talk(socket: WebSocket, user: Annotated[User, Depends(auth.user)]) -> None:
        await socket.accept()
        await socket.send_text(user.id)
        with suppress(WebSocketDisconnect):
            while True:
                await socket.send_text(await socket.receive_text())

    @app.websocket("/open")
    @auth.public
    async def opened(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("anyone")
        await socket.close()

    return app


def test_a_websocket_is_refused_before_it_is_accepted(issuer: Issuer) -> None:
    with TestClient(talking(issuer.guard())) as calls:
        for headers in [{}, issuer.bearer(aud="https://other.example")]:
            with pytest.raises(WebSocketDenialResponse) as raised, calls.websocket_connect("/talk", headers=headers):
                pass
            assert raised.value.status_code == 401
        with calls.websocket_connect("/open") as socket:
            assert socket.receive_text() == "anyone"
        with calls.websocket_connect("/talk", headers=issuer.bearer()) as socket:
            assert socket.receive_text() == "ada"
            socket.send_text("hello")
            assert socket.receive_text() == "hello"


def test_a_browser_shows_its_token_as_a_subprotocol(issuer: Issuer) -> None:
    with TestClient(talking(issuer.guard(origins=[ORIGIN]))) as calls:
        subprotocols = ["betroth.bearer", issuer.token()]
        with calls.websocket_connect("/talk", subprotocols=subprotocols, headers={"Origin": ORIGIN}) as socket:
            assert socket.accepted_subprotocol == "betroth.bearer"
            assert socket.receive_text() == "ada"
        with (
            pytest.raises(WebSocketDenialResponse) as raised,
            calls.websocket_connect("/talk", subprotocols=["betroth.bearer", "x.y.z"]),
        ):
            pass
        assert raised.value.status_code == 401


def test_a_websocket_ends_with_its_token(issuer: Issuer) -> None:
    with TestClient(talking(issuer.guard(leeway=0))) as calls:
        headers = issuer.bearer(exp=int(time.time()) + 2)
        with calls.websocket_connect("/talk", headers=headers) as socket:
            assert socket.receive_text() == "ada"
            with pytest.raises(WebSocketDisconnect) as raised:
                socket.receive_text()
            assert raised.value.code == 3000


async def test_a_slow_fetch_holds_up_nobody_whose_key_is_known(issuer: Issuer) -> None:
    auth = issuer.guard()
    protected = auth.protect(app())
    async with client(protected) as calls:
        assert (await calls.get("/notes", headers=issuer.bearer())).status_code == 200
        began = asyncio.Event()
        over = asyncio.Event()
        answer = issuer.transport.handler

        async def slowly(request: object) -> object:
            began.set()
            await over.wait()
            return await answer(request)  # type: ignore[arg-type, misc]

        issuer.transport.handler = slowly  # type: ignore[assignment]
        import jwt

        unknown = jwt.encode({"sub": "x"}, issuer.key, "EdDSA", {"kid": "k2"})
        waiting = asyncio.create_task(calls.get("/notes", headers={"Authorization": f"Bearer {unknown}"}))
        await began.wait()
        for number in range(5):
            assert (await calls.get("/notes", headers=issuer.bearer(sub=f"person{number}"))).status_code == 200
        assert not waiting.done()
        over.set()
        assert (await waiting).status_code == 401
