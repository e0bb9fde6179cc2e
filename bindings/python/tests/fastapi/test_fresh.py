"""Routes that want a word of the issuer that is no older than so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text

from betroth._betroth import clock_now, move_clock
from betroth.fastapi import Betroth, User
from betroth.sqlalchemy import allow_raw

from ..issuer.better_auth import SECRET
from .issuer import URL, Issuer, client


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    yield
    move_clock(0)


def api(auth: Betroth) -> FastAPI:
    app = auth.protect(FastAPI())

    @app.post("/pay")
    async def pay(user: Annotated[User, Depends(auth.fresh("5m"))]) -> str:
        return user.id

    @app.get("/notes")
    async def notes(user: Annotated[User, Depends(auth.user)]) -> str:
        return user.id

    return app


async def test_an_older_token_is_told_that_a_newer_one_is_needed() -> None:
    issuer = Issuer()
    async with client(api(issuer.guard())) as calls:
        token = issuer.bearer()
        assert (await calls.post("/pay", headers=token)).json() == "ada"
        move_clock(299)
        assert (await calls.post("/pay", headers=token)).status_code == 200
        move_clock(302)
        answer = await calls.post("/pay", headers=token)
        assert (answer.status_code, answer.json()["code"]) == (401, "insufficient_user_authentication")
        assert 'error="insufficient_user_authentication"' in answer.headers["WWW-Authenticate"]
        assert 'max_age="300"' in answer.headers["WWW-Authenticate"]
        assert (await calls.get("/notes", headers=token)).status_code == 200
        assert (await calls.post("/pay", headers=issuer.bearer(iat=clock_now()))).status_code == 200


async def test_the_contract_says_it_of_a_route(tmp_path: Path) -> None:
    issuer = Issuer()
    contract = tmp_path / "betroth.toml"
    route = '[[route]]\nmethods = ["GET"]\npath = "/notes"\naccess = "required"\nfresh = "2m"\n'
    contract.write_text(f'[issuer]\nbase_url = "{URL}"\n{route}', "utf-8")
    async with client(api(Betroth.from_contract(contract, transport=issuer.transport))) as calls:
        token = issuer.bearer()
        assert (await calls.get("/notes", headers=token)).status_code == 200
        move_clock(130)
        assert (await calls.get("/notes", headers=token)).status_code == 401
        assert (await calls.post("/pay", headers=token)).status_code == 200


class Sessions:
    """A database as Better Auth keeps it, that counts nothing and has one session of ada."""

    def __init__(self, folder: Path) -> None:
        self.address = f"sqlite:///{folder / 'auth.db'}"
        self.run('create table user (id text primary key, name text, email text, "emailVerified" int, role text)')
        self.run('create table session (id text primary key, token text, "userId" text, "expiresAt" text)')
        self.run("insert into user values ('ada', 'Ada', 'ada@example.com', 1, 'user')")
        self.run("insert into session values ('s1', 'token-of-s1', 'ada', '2100-01-01T00:00:00.000Z')")

    def run(self, statement: str) -> None:
        with allow_raw("rows of a test"), create_engine(self.address).begin() as rows:
            rows.execute(text(statement))

    def guard(self, issuer: Issuer, **arguments: Any) -> Betroth:
        given = {"accept": ["session-cookie"], "session_secret": SECRET, "database": self.address, **arguments}
        return issuer.guard(**given)


async def test_the_session_of_an_older_token_is_asked_for_once_in_that_time(tmp_path: Path) -> None:
    issuer, sessions = Issuer(), Sessions(tmp_path)
    async with client(api(sessions.guard(issuer))) as calls:
        token = issuer.bearer(sid="s1", iat=clock_now() - 600)
        assert (await calls.post("/pay", headers=token)).json() == "ada"
        sessions.run("delete from session")
        assert (await calls.post("/pay", headers=token)).status_code == 200
        move_clock(301)
        answer = await calls.post("/pay", headers=token)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        assert (await calls.get("/notes", headers=token)).status_code == 200


@pytest.mark.parametrize("claims", [{}, {"sid": "s2"}, {"sid": "s1", "sub": "eve"}], ids=str)
async def test_a_session_that_is_not_that_persons_makes_nothing_fresh(tmp_path: Path, claims: dict[str, str]) -> None:
    issuer, sessions = Issuer(), Sessions(tmp_path)
    async with client(api(sessions.guard(issuer))) as calls:
        answer = await calls.post("/pay", headers=issuer.bearer(iat=clock_now() - 600, **claims))
        assert answer.status_code == 401


async def test_a_role_that_was_taken_away_is_not_made_fresh(tmp_path: Path) -> None:
    issuer, sessions = Issuer(), Sessions(tmp_path)
    async with client(api(sessions.guard(issuer))) as calls:
        token = issuer.bearer(sid="s1", iat=clock_now() - 600, role="admin")
        answer = await calls.post("/pay", headers=token)
        assert (answer.status_code, answer.json()["code"]) == (401, "insufficient_user_authentication")
        # Nor by another token of the same session, which says less.
        lesser = issuer.bearer(sid="s1", iat=clock_now() - 600, role="user")
        assert (await calls.post("/pay", headers=lesser)).status_code == 200
        assert (await calls.post("/pay", headers=token)).status_code == 401
        move_clock(301)
        sessions.run("update user set role = 'user,admin'")
        assert (await calls.post("/pay", headers=token)).status_code == 200


async def test_what_is_no_age_is_told_at_once() -> None:
    guard = Issuer().guard()
    for age in ("5 minutes", "0m", "-1s", 0, True, "5", "99999999999999999999d"):
        with pytest.raises(ValueError, match="is an age"):
            guard.fresh(age)
