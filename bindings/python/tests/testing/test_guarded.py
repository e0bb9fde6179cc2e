"""What `assert_guarded` and `assert_apart` pass, and what they name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from betroth.fastapi import Betroth
from betroth.testing import Callers, Issuer, assert_apart, assert_guarded, assert_guarded_async, guard_of, stand_in

from . import notes as api

HEALTH = ["GET /health"]


def named(app: FastAPI, **arguments: Any) -> str:
    """What is said of an application that has holes."""
    with pytest.raises(AssertionError) as error:
        assert_guarded(app, **{"public": HEALTH, **arguments})
    return str(error.value)


def routes(report: str) -> set[str]:
    """Those that a report names."""
    methods = ("GET ", "PUT ", "POST ", "DELETE ", "WEBSOCKET ")
    return {line for line in report.splitlines() if line.startswith(methods)}


@pytest.fixture
def app() -> FastAPI:
    return api.application()[0]


def with_a_note(looks: bool) -> tuple[FastAPI, dict[str, Any]]:
    app, _, notes = api.application(looks=looks)
    notes[1] = {"id": 1, "owner": "ada", "text": "mine"}
    return app, {"own": {"id": 1}, "bodies": {"PUT /notes/{id}": {"text": "theirs"}}}


@pytest.mark.parametrize("protect", [True, False])
def test_a_guarded_application_passes(protect: bool) -> None:
    app, auth, _ = api.application(protect=protect)
    assert_guarded(app, public=HEALTH)
    assert_guarded(app, auth, public=HEALTH)


async def test_a_guarded_application_passes_in_an_async_test(app: FastAPI) -> None:
    await assert_guarded_async(app, public=HEALTH, lifespan=True)
    assert_guarded(app, public=HEALTH)


def test_a_route_that_is_open_is_named_with_what_to_do() -> None:
    app, _, _ = api.application(protect=False)
    app.get("/open")(lambda: "open")
    app.post("/read")(lambda text: text)
    report = named(app)
    assert report == (
        "2 of 9 routes are not guarded:\n"
        "\n"
        "GET /open\n"
        "  let in without a token: it answered 200\n"
        "  to do: ask for a person on it, `user: Annotated[User, Depends(auth.user)]`, or on every route, "
        "`auth.protect(app)`; where anyone may call it, say so: `public=['GET /open']`\n"
        "\n"
        "POST /read\n"
        "  let in without a token: it answered 422, so the request was read before anybody asked who calls\n"
        "  to do: ask for a person on it, `user: Annotated[User, Depends(auth.user)]`, or on every route, "
        "`auth.protect(app)`; where anyone may call it, say so: `public=['POST /read']`"
    )


def test_a_route_marked_public_is_named_unless_the_test_lists_it(app: FastAPI) -> None:
    assert routes(named(app, public=[])) == {"GET /health"}


def test_the_list_of_public_routes_stays_true(app: FastAPI) -> None:
    report = named(app, public=[*HEALTH, "GET /gone", "GET /notes"])
    assert "`public` names `GET /gone`, which is none of the routes" in report
    assert routes(report) == {"GET /notes"}
    assert "without a token it answered 401: take it out of `public`" in report


def test_a_websocket_and_a_mounted_application_that_are_open_are_named() -> None:
    app, _, _ = api.application(protect=False)

    @app.websocket("/open")
    async def opened(socket: WebSocket) -> None:
        await socket.accept()

    inner = FastAPI()
    inner.get("/things/{id:int}")(lambda id: id)
    app.mount("/inner", inner)
    app.router.routes.append(Route("/plain", lambda _: PlainTextResponse("open")))
    found = routes(named(app))
    assert found == {"WEBSOCKET /open", "GET /inner/things/{id}", "GET /plain"}


def test_routes_that_believe_a_header_are_named_with_the_header() -> None:
    app, auth, _ = api.application(protect=False)
    api.believes_headers(app)
    api.believes_beside_the_guard(app, auth)
    report = named(app)
    assert routes(report) == {"GET /declared", "GET /hidden", "GET /mine"}
    assert "believed a header that names a person, `x-account`, without a token" in report
    assert "believed a header that names a person, `X-User-Id`, without a token" in report
    assert "believed a header that names a person, `X-Forwarded-User`, as somebody else" in report
    assert "anyone can write a header" in report


def test_the_gate_does_not_hide_a_header_that_is_believed_behind_it() -> None:
    app, auth, _ = api.application()
    api.believes_headers(app)
    api.believes_beside_the_guard(app, auth)
    assert routes(named(app)) == {"GET /declared", "GET /hidden", "GET /mine"}


def test_a_route_that_forgets_the_audience_is_named_with_the_token_that_came_in() -> None:
    app, auth, _ = api.application(protect=False)
    api.reads_tokens_itself(app, auth)
    report = named(app)
    assert routes(report) == {"GET /own"}
    assert "let in with a token for another audience: it answered 200" in report
    assert "expired" not in report and "another key" not in report
    assert "take the token from nobody but the guard" in report


def test_what_is_one_persons_is_not_let_out_to_another() -> None:
    app, arguments = with_a_note(looks=True)
    assert_guarded(app, public=HEALTH, **arguments)
    app, arguments = with_a_note(looks=False)
    report = named(app, **arguments)
    assert routes(report) == {"GET /notes/{id}", "PUT /notes/{id}", "DELETE /notes/{id}"}
    assert "let in somebody else to what is the owner's: it answered 204" in report


def test_what_shows_nothing_fails() -> None:
    app, arguments = with_a_note(looks=True)
    assert "answered its owner 404, so nothing is shown" in named(app, own={"id": 7}, bodies=arguments["bodies"])
    assert "give a body it takes" in named(app, own={"id": 1})
    report = named(app, auth=api.application()[1])
    assert "is `auth` the guard of these routes?" in report
    assert "answered 503 to a token that expired an hour ago, so nothing is shown" in report
    assert "let in" not in report.partition("\n")[2]


def test_people_are_apart_in_three_lines(as_user: Callable[..., TestClient]) -> None:
    note = as_user("ada").post("/notes", json={"text": "mine"}).json()
    assert_apart(as_user("ada"), as_user("grace"), f"/notes/{note['id']}", listed="/notes", json={"text": "theirs"})


def test_people_who_are_not_apart_are_told_by_method() -> None:
    app, _ = with_a_note(looks=False)
    with stand_in(app) as issuer, pytest.raises(AssertionError) as error:
        callers = Callers(app, issuer)
        ada, grace = callers.as_user("ada"), callers.as_user("grace")
        assert_apart(ada, grace, "/notes/1", listed="/notes", json={"text": "theirs"})
    told = str(error.value)
    for method, status in [("GET", 200), ("PUT", 200), ("DELETE", 204)]:
        assert f"{method} /notes/1 answered {status} to somebody else" in told
    assert "PATCH" not in told
    assert "it was changed" in told


def test_a_list_of_everybodys_things_is_not_apart() -> None:
    app, _ = with_a_note(looks=False)
    with stand_in(app) as issuer, pytest.raises(AssertionError, match="lists 1 of the owner's 1 for somebody else"):
        callers = Callers(app, issuer)
        assert_apart(callers.as_user("ada"), callers.as_user("grace"), "/notes/1", listed="/notes", methods=[])


def test_people_are_not_shown_apart_by_what_is_not_there(as_user: Callable[..., TestClient]) -> None:
    with pytest.raises(AssertionError, match="answered its owner 404, so nothing is shown"):
        assert_apart(as_user("ada"), as_user("grace"), "/notes/7")


@pytest.mark.parametrize("algorithm", ["HS256", "ES256", "RS256"])
@pytest.mark.parametrize("held", [True, False])
def test_every_form_of_key_is_guarded_alike(algorithm: str, held: bool, tmp_path: Path) -> None:
    issuer = Issuer(algorithm=algorithm)
    by_set = held and not issuer.secret
    auth = Betroth(issuer.url, public_key=issuer.jwks(), algorithms=[algorithm]) if by_set else issuer.guard()
    app = auth.protect(FastAPI())
    app.mount("/files", StaticFiles(directory=tmp_path))
    app.get("/admin/{id}", dependencies=[Depends(auth.require(role="admin"))])(lambda id: id)
    app.get("/anybody")(auth.optional(lambda: "anybody"))
    assert_guarded(app, public=["GET /anybody"], facts={"roles": "admin"}, values={"id": "x"})
    assert routes(named(app, public=["GET /anybody"], own={"id": "x"}, facts={"roles": "admin"})) == {"GET /admin/{id}"}


def test_a_route_for_anybody_still_refuses_a_bad_token() -> None:
    app, auth, _ = api.application(protect=False)
    app.get("/perhaps")(auth.optional(lambda: "anybody"))
    report = named(app, public=[*HEALTH, "GET /perhaps"])
    assert routes(report) == {"GET /perhaps"}
    assert "let in with a token of another key under the same `kid`" in report


def test_the_guard_is_as_it_was_afterwards(app: FastAPI) -> None:
    guard = guard_of(app)
    before = dict(vars(guard))
    assert_guarded(app, public=HEALTH)
    assert dict(vars(guard)) == before
    assert app.dependency_overrides == {}
