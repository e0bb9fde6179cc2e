"""The session itself as a credential, as a real Better Auth keeps it."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from starlette.testclient import TestClient, WebSocketDenialResponse

from betroth._betroth import move_clock
from betroth.fastapi import Betroth, SettingsFault
from betroth.sqlalchemy import allow_raw, isolate

from ..issuer import better_auth
from ..issuer.better_auth import SECRET, BetterAuth
from ..postgres import server
from .issuer import Issuer
from .session_api import COOKIE, api, client

Start = Callable[..., BetterAuth]
PAGE = "http://localhost:3000"
CACHE = "better-auth.session_data"


def cookies_of(session: dict[str, str]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in session["Cookie"].split("; "))


def only(session: dict[str, str], *names: str) -> dict[str, str]:
    """The header with these cookies alone."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies_of(session).items() if name in names)}


def bearer(session: dict[str, str]) -> dict[str, str]:
    """The same session as a bearer token, as the header `set-auth-token` has it."""
    return {"Authorization": f"Bearer {unquote(cookies_of(session)[COOKIE])}"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    yield
    move_clock(0)


Kept = tuple[BetterAuth, dict[str, Any]]


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BetterAuth, Path]]:
    """A Better Auth with its rows in a file of SQLite."""
    better_auth.require()
    folder = tmp_path_factory.mktemp("sqlite")
    issuer = BetterAuth(folder, database={"sqlite": str(folder / "auth.db")}).start()
    yield issuer, folder / "auth.db"
    issuer.stop()


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[tuple[BetterAuth, str]]:
    """A Better Auth with its rows in PostgreSQL, and the rest of the address behind the driver."""
    better_auth.require()
    address = f"postgresql+psycopg://postgres@/postgres?host={postgres}&port={server.PORT}"
    with allow_raw("a database of the tests"), create_engine(address).connect() as admin:
        admin.execution_options(isolation_level="AUTOCOMMIT").execute(text("create database auth"))
    database = {"postgres": {"host": postgres, "port": server.PORT, "user": "postgres", "database": "auth"}}
    issuer = BetterAuth(tmp_path_factory.mktemp("postgres"), database=database).start()
    yield issuer, f"://postgres@/auth?host={postgres}&port={server.PORT}"
    issuer.stop()


@pytest.fixture(params=["sqlite", "postgresql", "postgresql+asyncpg", "get-session"])
def kept(request: pytest.FixtureRequest) -> Kept:
    """A Better Auth, and the arguments by which a guard asks whether its sessions live."""
    keeper: str = request.param
    if keeper == "get-session":
        return request.getfixturevalue("shared_better_auth"), {"lookup": "get-session"}
    if keeper == "sqlite":
        issuer, file = request.getfixturevalue("on_sqlite")
        return issuer, {"database": f"file:{file}"}
    issuer, rest = request.getfixturevalue("on_postgres")
    # An engine of the application's own serves as well as an address.
    return issuer, {"database": create_async_engine(keeper + rest) if "asyncpg" in keeper else keeper + rest}


def guard(issuer: BetterAuth, accept: list[str], **arguments: Any) -> Betroth:
    given = {"session_secret": issuer.secret, "origins": [PAGE], **arguments}
    return Betroth(issuer.url, accept=accept, **given)


async def test_a_session_cookie_says_who_calls_until_the_session_is_revoked(kept: Kept) -> None:
    issuer, lookup = kept
    person, session = issuer.sign_up()
    async with client(api(guard(issuer, ["session-cookie"], **lookup))) as calls:
        answer = await calls.get("/me", headers=session)
        assert answer.status_code == 200
        told = answer.json()
        assert (told["id"], told["roles"], told["scopes"]) == (person, ["user"], [])
        assert told["session"]
        issuer.post("/sign-out", session)
        answer = await calls.get("/me", headers=session)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        assert answer.headers["Betroth-Reason"].startswith("session-ended: ")


async def test_a_session_ends_at_its_time(kept: Kept) -> None:
    issuer, lookup = kept
    _, session = issuer.sign_up()
    async with client(api(guard(issuer, ["session-cookie"], **lookup))) as calls:
        move_clock(7 * 86_400 - 60)
        assert (await calls.get("/me", headers=session)).status_code == 200
        move_clock(7 * 86_400 + 60)
        assert (await calls.get("/me", headers=session)).status_code == 401


async def test_a_banned_person_is_nobody(on_sqlite: tuple[BetterAuth, Path]) -> None:
    issuer, file = on_sqlite
    person, session = issuer.sign_up()
    async with client(api(guard(issuer, ["session-cookie"], database=f"sqlite:///{file}"))) as calls:
        for banned, expires, status in [
            (1, None, 401),
            (1, "2000-01-01T00:00:00.000Z", 200),
            (1, "2100-01-01T00:00:00.000Z", 401),
            (0, None, 200),
        ]:
            with allow_raw("rows of a test"), create_engine(f"sqlite:///{file}").begin() as rows:
                rows.execute(text('update user set banned = :banned, "banExpires" = :expires where id = :id'), {"banned": banned, "expires": expires, "id": person})
            assert (await calls.get("/me", headers=session)).status_code == status, (banned, expires)


async def test_a_signed_session_token_is_a_bearer_token(kept: Kept) -> None:
    issuer, lookup = kept
    person, session = issuer.sign_up()
    async with client(api(guard(issuer, ["session-token"], **lookup))) as calls:
        answer = await calls.get("/me", headers=bearer(session))
        assert (answer.status_code, answer.json()["id"]) == (200, person)
        # A cookie is not asked for: nothing of it counts.
        assert (await calls.get("/me", headers=session)).json()["code"] == "unauthorized"
        assert (await calls.post("/me", headers={**bearer(session), **session})).status_code == 200
        # A token is another credential, and holds beside it.
        token = {"Authorization": f"Bearer {issuer.token(session)}"}
        assert (await calls.get("/me", headers=token)).json()["id"] == person
        unsigned = unquote(cookies_of(session)[COOKIE]).split(".")[0]
        answer = await calls.get("/me", headers={"Authorization": f"Bearer {unsigned}"})
        assert answer.status_code == 401
        assert answer.headers["Betroth-Reason"].startswith("signature-missing: ")
        issuer.post("/sign-out", session)
        assert (await calls.get("/me", headers=bearer(session))).status_code == 401


@pytest.mark.parametrize("strategy", ["compact", "jwt", "jwe"])
async def test_a_cookie_cache_counts_for_its_age_and_no_longer(
    start_better_auth: Start, tmp_path: Path, strategy: str
) -> None:
    issuer = start_better_auth(session={"cookieCache": {"enabled": True, "maxAge": 120, "strategy": strategy}})
    person, session = issuer.sign_up()
    assert CACHE in session["Cookie"]
    contract = tmp_path / "betroth.toml"
    contract.write_text(
        f"""
        [issuer]
        base_url = "{issuer.url}"
        [session]
        accept = ["cookie-cache"]
        strategy = "{strategy}"
        """,
        "utf-8",
    )
    auth = Betroth.from_contract(contract, session_secret=SECRET)
    async with client(api(auth)) as calls:
        assert (await calls.get("/me", headers=session)).json()["id"] == person
        issuer.post("/sign-out", session)
        issuer.stop()
        assert (await calls.get("/me", headers=session)).status_code == 200
        assert (await calls.get("/me", headers=only(session, CACHE))).status_code == 401
        assert (await calls.get("/me", headers=only(session, COOKIE))).status_code == 401
        move_clock(100)
        assert (await calls.get("/me", headers=session)).status_code == 200
        move_clock(121)
        answer = await calls.get("/me", headers=session)
        assert answer.status_code == 401
        assert answer.headers["Betroth-Reason"].startswith("cache-expired: ")


async def test_the_session_is_asked_for_once_its_cache_is_over_where_both_are_accepted(
    start_better_auth: Start,
) -> None:
    issuer = start_better_auth(session={"cookieCache": {"enabled": True, "maxAge": 120}})
    _, session = issuer.sign_up()
    other = issuer.sign_up()[1]
    auth = guard(issuer, ["cookie-cache", "session-cookie"], lookup="get-session")
    async with client(api(auth)) as calls:
        move_clock(121)
        assert (await calls.get("/me", headers=session)).status_code == 200
        issuer.post("/sign-out", session)
        assert (await calls.get("/me", headers=session)).status_code == 401
        move_clock(0)
        # A cache that is bad is not passed over: the session behind it is not asked for.
        mixed = {**cookies_of(other), CACHE: cookies_of(session)[CACHE]}
        answer = await calls.get("/me", headers={"Cookie": "; ".join(f"{name}={it}" for name, it in mixed.items())})
        assert answer.status_code == 401
        assert answer.headers["Betroth-Reason"].startswith("cache-other-session: ")


async def test_after_a_change_of_the_secret_no_session_is_known(start_better_auth: Start, tmp_path: Path) -> None:
    file = tmp_path / "auth.db"
    issuer = start_better_auth(database={"sqlite": str(file)})
    _, session = issuer.sign_up()
    issuer.stop()
    changed = start_better_auth(database={"sqlite": str(file)}, secret="another-made-up-secret-of-betroth-4567890123")
    _, anew = changed.sign_up("later@example.com")
    async with client(api(guard(changed, ["session-cookie"], database=f"file:{file}"))) as calls:
        answer = await calls.get("/me", headers=session)
        assert answer.status_code == 401
        assert answer.headers["Betroth-Reason"].startswith("signature-mismatch: ")
        assert (await calls.get("/me", headers=anew)).status_code == 200


async def test_two_credentials_are_malformed(shared_better_auth: BetterAuth) -> None:
    issuer = shared_better_auth
    _, session = issuer.sign_up()
    token = {"Authorization": f"Bearer {issuer.token(session)}"}
    auth = guard(issuer, ["session-cookie", "session-token"], lookup="get-session")
    async with client(api(auth)) as calls:
        assert (await calls.get("/me", headers=token)).status_code == 200
        both = {**token, **session}
        twice = {"Cookie": f"{session['Cookie']}; __Secure-{session['Cookie']}"}
        differing = {"Cookie": f"{session['Cookie']}; {COOKIE}=another.AAAA"}
        for headers, code in [
            (both, "credentials-two"),
            ({**bearer(session), **session}, "credentials-two"),
            (twice, "cookie-ambiguous"),
            (differing, "cookie-ambiguous"),
        ]:
            answer = await calls.get("/me", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), code
            assert answer.headers["Betroth-Reason"].startswith(f"{code}: ")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://api", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": f"{PAGE}.evil.example"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "ftp://api"}, 403),
        ({"Origin": "//api"}, 403),
        ({"Origin": PAGE}, 200),
        ({"Origin": PAGE, "Sec-Fetch-Site": "cross-site"}, 200),
        ({"Origin": "http://api"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_a_page_that_is_not_the_front_ends_changes_nothing_with_a_cookie(
    shared_better_auth: BetterAuth, headers: dict[str, str], status: int
) -> None:
    issuer = shared_better_auth
    _, session = issuer.sign_up()
    auth = guard(issuer, ["session-cookie", "session-token"], lookup="get-session")
    async with client(api(auth)) as calls:
        answer = await calls.post("/me", headers={**session, **headers})
        assert answer.status_code == status
        assert status == 200 or answer.json()["code"] == "forbidden"
        assert (await calls.get("/me", headers={**session, **headers})).status_code == 200
        assert (await calls.post("/me", headers={**bearer(session), **headers})).status_code == 200
    live = TestClient(api(auth))
    if status == 200:
        with live.websocket_connect("ws://api/live", headers={**session, **headers}) as socket:
            assert socket.receive_text()
    else:
        with pytest.raises(WebSocketDenialResponse) as denied, live.websocket_connect("ws://api/live", headers={**session, **headers}):
            pass
        assert denied.value.status_code == 403


async def test_a_browser_may_send_the_cookie_from_the_front_end_alone(shared_better_auth: BetterAuth) -> None:
    issuer = shared_better_auth
    preflight = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    async with client(api(guard(issuer, ["session-cookie"], lookup="get-session"))) as calls:
        answer = await calls.options("/me", headers=preflight)
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        answer = await calls.options("/me", headers={**preflight, "Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers
    async with client(api(Betroth(issuer.url, origins=[PAGE]))) as calls:
        answer = await calls.options("/me", headers=preflight)
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_the_document_names_the_cookie_beside_the_token(shared_better_auth: BetterAuth) -> None:
    auth = guard(shared_better_auth, ["session-cookie"], lookup="get-session")
    async with client(api(auth)) as calls:
        document = (await calls.get("/openapi.json")).json()
    assert document["paths"]["/me"]["get"]["security"] == [{"Betroth": []}, {"BetrothSession": []}]
    assert "security" not in document["paths"]["/open"]["get"]
    scheme = document["components"]["securitySchemes"]["BetrothSession"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "cookie", COOKIE)


@pytest.mark.parametrize("keeper", ["get-session", "no-file", "no-tables", "no-server"])
async def test_where_nobody_can_say_whether_a_session_lives_it_is_an_outage(
    start_better_auth: Start, tmp_path: Path, keeper: str, caplog: pytest.LogCaptureFixture
) -> None:
    issuer = start_better_auth()
    _, session = issuer.sign_up()
    lookup: dict[str, Any] = {"lookup": "get-session"}
    if keeper == "no-file":
        lookup = {"database": f"sqlite:///{tmp_path / 'none.db'}"}
    if keeper == "no-tables":
        with allow_raw("rows of a test"), create_engine(f"sqlite:///{tmp_path / 'empty.db'}").begin() as rows:
            rows.execute(text("create table note (id int)"))
        lookup = {"database": f"sqlite:///{tmp_path / 'empty.db'}"}
    if keeper == "no-server":
        lookup = {"database": "postgres://nobody:made-up@127.0.0.1:9/auth?schema=public"}
    app = api(guard(issuer, ["session-cookie"], limit_failures=True, **lookup))
    issuer.stop()
    async with client(app) as calls:
        for _ in range(25):
            answer = await calls.get("/me", headers=session)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert (await calls.get("/open", headers=session)).status_code == 200
    assert not (tmp_path / "none.db").exists()
    logged = json.dumps([record.getMessage() for record in caplog.records])
    assert "betroth.sessions.unavailable" in logged
    assert "made-up" not in logged
    assert cookies_of(session)[COOKIE].split(".")[0] not in logged


async def test_whose_session_is_signed_is_let_in_whatever_a_neighbour_does(shared_better_auth: BetterAuth) -> None:
    issuer = shared_better_auth
    _, session = issuer.sign_up()
    _, later = issuer.sign_up()
    auth = guard(issuer, ["session-cookie"], lookup="get-session", limit_failures=True)
    async with client(api(auth)) as calls:
        assert (await calls.get("/me", headers=session)).status_code == 200
        bad = {"Cookie": f"{COOKIE}=made-up.{'A' * 43}="}
        statuses = [(await calls.get("/me", headers=bad)).status_code for _ in range(25)]
        assert statuses == [401] * 20 + [429] * 5
        # Nobody can make a cookie that seems to be signed, so those that are come through.
        assert (await calls.get("/me", headers=session)).status_code == 200
        assert (await calls.get("/me", headers=later)).status_code == 200
        assert (await calls.get("/open", headers=bad)).status_code == 200


async def test_sessions_that_have_ended_shut_nobody_out(shared_better_auth: BetterAuth) -> None:
    issuer = shared_better_auth
    _, session = issuer.sign_up()
    issuer.post("/sign-out", session)
    auth = guard(issuer, ["session-cookie"], lookup="get-session", limit_failures=True)
    async with client(api(auth)) as calls:
        assert {(await calls.get("/me", headers=session)).status_code for _ in range(25)} == {401}


async def test_many_at_once_are_told_apart(kept: Kept) -> None:
    issuer, lookup = kept
    people = [issuer.sign_up() for _ in range(4)]
    async with client(api(guard(issuer, ["session-cookie"], **lookup))) as calls:
        answers = await asyncio.gather(*(calls.get("/me", headers=session) for _ in range(10) for _, session in people))
        assert [answer.json()["id"] for answer in answers] == [person for _ in range(10) for person, _ in people]


async def test_a_contract_in_another_order_or_without_its_secret_stops_the_start() -> None:
    for arguments, says in [
        ({"accept": ["session-cookie", "cookie-cache"]}, "never comes to the cookie cache"),
        ({"accept": ["cookie"]}, "session-cookie"),
        ({"database": "sqlite:///auth.db"}, "nothing says that they count"),
        ({"accept": ["session-cookie"], "database": "sqlite:///auth.db", "lookup": "get-session"}, "exclude each other"),
        ({"origins": ["*"]}, r"\*"),
        ({"origins": ["null"]}, "null"),
        ({"accept": ["session-cookie"], "session_secret": ""}, "BETTER_AUTH_SECRET"),
        ({"accept": ["session-cookie"], "session_secret": "short"}, "32 are needed"),
        ({"accept": ["session-cookie"]}, "DATABASE_URL"),
        ({"accept": ["session-cookie"], "database": "libsql://db.example.com"}, "get-session"),
    ]:
        given: dict[str, Any] = {"session_secret": SECRET, **arguments}
        with pytest.raises(SettingsFault, match=says):
            Issuer().guard(**given)


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes_of_sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str]


async def test_a_session_is_looked_up_where_isolation_judges_every_statement(kept: Kept) -> None:
    isolate(sessionmaker(), owners={Note: "owner_id"})
    issuer, lookup = kept
    person, session = issuer.sign_up()
    async with client(api(guard(issuer, ["session-cookie"], **lookup))) as calls:
        answer = await calls.get("/me", headers=session)
        assert (answer.status_code, answer.json()["id"]) == (200, person)


async def test_a_cookie_of_another_program_hides_no_session(shared_better_auth: BetterAuth) -> None:
    issuer = shared_better_auth
    person, session = issuer.sign_up()
    app = api(guard(issuer, ["session-cookie"], lookup="get-session"))
    async with client(app) as calls:
        beside = [(b"cookie", session["Cookie"].encode() + b"; x=\xe9")]
        assert (await calls.get("/me", headers=beside)).json()["id"] == person
        broken = [(b"cookie", f"{COOKIE}=".encode() + b"\xe9.AAAA")]
        assert (await calls.get("/me", headers=broken)).status_code == 401
