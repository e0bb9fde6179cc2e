"""Sessions in tables as Better Auth makes them, and as applications have them beside."""

import asyncio
import json
import socket as socket_of
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, WebSocket, WebSocketDisconnect
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from betroth import SessionCookies
from betroth.fastapi import Betroth, User
from betroth.fastapi.session.facts import RowFault, ends_at
from betroth.sqlalchemy import allow_raw

from ..issuer.better_auth import SECRET
from .issuer import Issuer
from .session_api import COOKIE, api, client


class Rows:
    """Tables as Better Auth makes them, and as applications have them beside."""

    def __init__(self, folder: Path) -> None:
        self.address = f"sqlite:///{folder / 'a database?.db'}"

    def run(self, *statements: str) -> None:
        with allow_raw("rows of a test"), create_engine(self.address).begin() as rows:
            for statement in statements:
                rows.execute(text(statement))

    def fill(self, plural: str = "", id: str = "'ada'", organization: str = "null") -> None:
        self.run(
            f'create table "user{plural}" (id, email, "emailVerified", name, role, banned)',
            f'create table "session{plural}" (id, token, "userId", "expiresAt", "activeOrganizationId")',
            f"insert into user{plural} values ({id}, 'ada@example.com', 1, 'Ada', 'user', 0)",
            f"insert into session{plural} values ('s1', 'made-up', {id}, '2100-01-01T00:00:00.000Z', {organization})",
        )


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    return Rows(tmp_path)


def looking(rows: Rows, issuer: Issuer, accept: str = "session-cookie") -> Betroth:
    return issuer.guard(accept=[accept], session_secret=SECRET, database=rows.address)


HTTPS_COOKIE = {"Cookie": f"__Secure-{COOKIE}={SessionCookies(SECRET, COOKIE).sign('made-up')}"}


async def test_a_table_of_the_applications_own_says_nothing_of_people(rows: Rows) -> None:
    rows.fill(plural="s")
    rows.run("create table user (id, role)", "insert into user values ('ada', 'admin')")
    async with client(api(looking(rows, Issuer()))) as calls:
        answer = await calls.get("/me", headers=HTTPS_COOKIE)
        assert (answer.status_code, answer.json()["roles"]) == (200, ["user"])
        rows.run("update users set banned = 1")
        assert (await calls.get("/me", headers=HTTPS_COOKIE)).status_code == 401


async def test_tables_between_which_nobody_can_choose_are_an_outage(rows: Rows) -> None:
    rows.fill()
    rows.fill(plural="s")
    async with client(api(looking(rows, Issuer()))) as calls:
        assert (await calls.get("/me", headers=HTTPS_COOKIE)).status_code == 503


@pytest.mark.parametrize(("id", "told"), [("7", "7"), ("'ada'", "ada")])
async def test_an_id_may_be_a_number(rows: Rows, id: str, told: str) -> None:
    rows.fill(id=id)
    async with client(api(looking(rows, Issuer()))) as calls:
        assert (await calls.get("/me", headers=HTTPS_COOKIE)).json()["id"] == told


async def test_who_was_removed_from_an_organization_acts_in_none(rows: Rows) -> None:
    rows.fill(organization="'org-1'")
    rows.run('create table member ("userId", "organizationId")', "insert into member values ('ada', 'org-1')")
    auth = looking(rows, Issuer())
    app = api(auth)

    @app.get("/ours")
    async def ours(user: Annotated[User, Depends(auth.require(organization=True))]) -> str | None:
        return user.organization

    async with client(app) as calls:
        assert (await calls.get("/ours", headers=HTTPS_COOKIE)).json() == "org-1"
        rows.run("delete from member")
        assert (await calls.get("/ours", headers=HTTPS_COOKIE)).status_code == 403


async def test_over_https_a_cookie_without_its_prefix_is_none(rows: Rows) -> None:
    rows.fill()
    plain = {"Cookie": HTTPS_COOKIE["Cookie"].removeprefix("__Secure-")}
    async with client(api(looking(rows, Issuer()))) as calls:
        assert (await calls.get("/me", headers=plain)).json()["code"] == "unauthorized"
        both = {"Cookie": f"{HTTPS_COOKIE['Cookie']}; {COOKIE}=another.AAAA"}
        assert (await calls.get("/me", headers=both)).status_code == 200


@pytest.mark.parametrize("end", ["NaN", "Infinity", "'soon'"])
def test_a_time_that_is_none_is_a_fault(end: str) -> None:
    session = {"id": "s", "userId": "ada", "expiresAt": json.loads(end.replace("'", '"'))}
    with pytest.raises(RowFault, match="expiresAt"):
        ends_at(session, {"id": "ada"}, 0)


def test_a_socket_on_a_session_ends_before_the_session_does(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("betroth.fastapi.gate.LONGEST", 2)
    rows.fill()
    app = api(looking(rows, Issuer()))

    @app.websocket("/wait")
    async def wait(socket: WebSocket) -> None:
        await socket.accept()
        with suppress(WebSocketDisconnect):
            await socket.receive_text()

    with TestClient(app).websocket_connect("ws://api/wait", headers={**HTTPS_COOKIE, "Origin": "http://api"}) as socket:
        assert socket.receive()["code"] == 3000


async def test_a_database_that_says_nothing_leaves_the_threads_of_the_application_alone() -> None:
    silent = socket_of.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen()
    address = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/auth"
    auth = Issuer().guard(accept=["session-cookie"], session_secret=SECRET, database=address)
    async with client(api(auth)) as calls:
        asked = [asyncio.create_task(calls.get("/me", headers=HTTPS_COOKIE)) for _ in range(20)]
        await asyncio.sleep(0.5)
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "done"), 2) == "done"
        assert {answer.status_code for answer in await asyncio.gather(*asked)} == {503}
    silent.close()
