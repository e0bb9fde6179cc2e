"""Who is let in, and what the others are told."""

from typing import Annotated, Optional

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Security
from starlette.staticfiles import StaticFiles

from betroth.fastapi import Betroth, Event, User
from betroth.sqlalchemy import acting

from .issuer import Issuer, client


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def api(auth: Betroth, protect: bool = True) -> FastAPI:
    app = FastAPI()
    if protect:
        assert auth.protect(app) is app

    @app.get("/me")
    async def me(user: Annotated[User, Depends(auth.user)]) -> dict[str, object]:
        same = acting.found() == acting.Identity(user.id)
        return {"id": user.id, "roles": user.roles, "claims": user.claims, "same": same}

    @app.get("/perhaps")
    async def perhaps(user: Annotated[Optional[User], Depends(auth.optional_user)]) -> Optional[str]:
        return user.id if user else None

    @app.get("/admin", dependencies=[Depends(auth.require(role="admin"))])
    async def admin() -> str:
        return "admin"

    @app.post("/notes")
    async def write(user: Annotated[User, Security(auth.user, scopes=["notes:write"])]) -> str:
        return user.id

    @app.get("/organizations/{organization_id}")
    async def organization(
        user: Annotated[User, Depends(auth.require(organization="{organization_id}"))],
    ) -> Optional[str]:
        return user.organization

    @app.get("/health")
    @auth.public
    async def health() -> str:
        return "well"

    @app.get("/silent")
    def silent(request: Request) -> str:
        return str(request.state.user.id)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("broken")

    return app


async def test_a_person_is_let_in_and_known_everywhere(issuer: Issuer) -> None:
    async with client(api(issuer.guard())) as calls:
        answer = await calls.get("/me", headers=issuer.bearer(role="admin,editor", id="somebody-else"))
        assert answer.status_code == 200
        told = answer.json()
        assert (told["id"], told["roles"], told["same"]) == ("ada", ["admin", "editor"], True)
        assert (await calls.get("/silent", headers=issuer.bearer())).json() == "ada"
    assert acting.found() is None


@pytest.mark.parametrize("path", ["/me", "/silent", "/admin", "/nothing", "/openapi.json", "/docs", "/broken"])
async def test_whoever_shows_nothing_gets_the_bare_challenge(issuer: Issuer, path: str) -> None:
    async with client(api(issuer.guard())) as calls:
        answer = await calls.get(path)
        if path in ("/openapi.json", "/docs"):
            assert answer.status_code == 404
            return
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "unauthorized"
        assert "Betroth-Reason" not in answer.headers
    assert issuer.fetches == 0


# Starlette takes a line feed at the end for nothing.
@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect", "/docs%0A", "/openapi.json%0A"])
async def test_documentation_that_is_not_served_is_not_there_for_persons_either(issuer: Issuer, path: str) -> None:
    headers = issuer.bearer()
    mounted = FastAPI()
    mounted.mount("/v1", api(issuer.guard()))
    for app, prefix in ((api(issuer.guard()), ""), (mounted, "/v1")):
        async with client(app) as calls:
            # A token that is remembered, and one that is verified anew.
            assert (await calls.get(f"{prefix}/me", headers=headers)).status_code == 200
            for credential in (headers, issuer.bearer(jti="another"), {}):
                answer = await calls.get(f"{prefix}{path}", headers=credential)
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": 1_600_000_000}, "token_expired"),
        ({"aud": "https://other.example"}, "invalid_token"),
        ({"iss": "https://app.example.com/"}, "invalid_token"),
        ({"sub": ""}, "invalid_token"),
        ({"nbf": 9_999_999_999}, "invalid_token"),
    ],
)
async def test_a_token_that_does_not_hold_is_refused_and_says_little(
    issuer: Issuer, claims: dict[str, object], code: str
) -> None:
    async with client(api(issuer.guard())) as calls:
        answer = await calls.get("/me", headers=issuer.bearer(**claims))
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
        assert "aud" not in answer.text and "iss" not in answer.text
        # Never as nobody, where nobody is welcome.
        assert (await calls.get("/perhaps", headers=issuer.bearer(**claims))).status_code == 401
        # And never looked at, where everybody is.
        assert (await calls.get("/health", headers=issuer.bearer(**claims))).status_code == 200


async def test_nobody_is_nobody_only_without_a_credential(issuer: Issuer) -> None:
    async with client(api(issuer.guard())) as calls:
        assert (await calls.get("/perhaps")).json() is None
        assert (await calls.get("/perhaps", headers=issuer.bearer())).json() == "ada"
        assert (await calls.get("/perhaps", headers={"Authorization": "Basic YWRhOng="})).status_code == 401


async def test_two_credentials_and_none_behind_the_scheme_are_malformed(issuer: Issuer) -> None:
    async with client(api(issuer.guard())) as calls:
        for headers in [[("Authorization", f"Bearer {issuer.token()}")] * 2, [("Authorization", "Bearer")]]:
            answer = await calls.get("/me", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
            assert 'error="invalid_request"' in answer.headers["WWW-Authenticate"]
        assert (await calls.get("/me", headers={"Authorization": f"bearer  {issuer.token()}"})).status_code == 200


async def test_a_huge_header_is_refused_unread(issuer: Issuer) -> None:
    async with client(api(issuer.guard())) as calls:
        answer = await calls.get("/me", headers={"Authorization": "Bearer " + "a" * 1_000_000})
        assert answer.status_code == 401
    assert issuer.fetches == 0


async def test_who_lacks_a_role_a_scope_or_the_organization_is_forbidden(issuer: Issuer) -> None:
    async with client(api(issuer.guard())) as calls:
        assert (await calls.get("/admin", headers=issuer.bearer(role="admin"))).status_code == 200
        answer = await calls.get("/admin", headers=issuer.bearer(role="administrator"))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        answer = await calls.post("/notes", headers=issuer.bearer(scope="notes:read"))
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert 'scope="notes:write"' in answer.headers["WWW-Authenticate"]
        assert (await calls.post("/notes", headers=issuer.bearer(scope="a notes:write"))).status_code == 200
        own = issuer.bearer(activeOrganizationId="acme")
        assert (await calls.get("/organizations/acme", headers=own)).json() == "acme"
        assert (await calls.get("/organizations/other", headers=own)).status_code == 403
        assert (await calls.get("/organizations/acme", headers=issuer.bearer())).status_code == 403


async def test_a_dependency_alone_guards_its_route_in_the_same_words(issuer: Issuer) -> None:
    async with client(api(issuer.guard(), protect=False)) as calls:
        assert (await calls.get("/me", headers=issuer.bearer())).json()["id"] == "ada"
        answer = await calls.get("/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
        assert (await calls.get("/perhaps")).json() is None
        assert (await calls.get("/admin", headers=issuer.bearer())).status_code == 403


async def test_routers_and_mounts_ask_for_a_person_too(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> None:
    auth = issuer.guard()
    inner, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/outer")

    @inner.get("/secret")
    async def secret() -> str:
        return "secret"

    @inner.get("/open/{what}")
    @auth.public
    async def opened(what: str) -> str:
        return what

    outer.include_router(inner)
    app = FastAPI()
    app.include_router(outer)
    auth.protect(app)
    app.mount("/static", StaticFiles(directory=tmp_path_factory.mktemp("static")))
    async with client(app) as calls:
        assert (await calls.get("/outer/inner/secret")).status_code == 401
        assert (await calls.get("/outer/inner/open/x")).json() == "x"
        assert (await calls.get("/static/none.js")).status_code == 401
        assert (await calls.get("/outer/inner/secret", headers=issuer.bearer())).json() == "secret"


async def test_keys_that_cannot_be_fetched_are_an_outage_and_redirects_are_not_followed(issuer: Issuer) -> None:
    for status in (302, 500):
        issuer.status = status
        async with client(api(issuer.guard())) as calls:
            answer = await calls.get("/me", headers=issuer.bearer())
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
            assert (await calls.get("/health", headers=issuer.bearer())).status_code == 200


async def test_what_happens_is_told_without_the_token(issuer: Issuer, caplog: pytest.LogCaptureFixture) -> None:
    auth = issuer.guard()
    events: list[Event] = []
    auth.on_event(events.append)
    caplog.set_level("INFO", "betroth")
    token = issuer.token(aud="https://other.example")
    async with client(api(auth)) as calls:
        await calls.get("/me", headers={"Authorization": f"Bearer {token}"})
        await calls.get("/health", headers={"Authorization": "Bearer x.y.z"})
    assert [event.name for event in events] == ["betroth.keys.fetched", "betroth.token.refused"]
    assert events[1].fields["code"] == "audience-mismatch"
    assert events[1].fields["url.path"] == "/me"
    assert token[:20] not in caplog.text and token[-20:] not in caplog.text
    assert "audience-mismatch" in caplog.text


async def test_a_listener_that_fails_stops_nobody(issuer: Issuer) -> None:
    auth = issuer.guard()

    @auth.on_event
    def listen(_: Event) -> None:
        raise RuntimeError("broken")

    async with client(api(auth)) as calls:
        assert (await calls.get("/me")).status_code == 401


async def test_the_document_says_what_each_route_asks(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETROTH_MODE", "development")
    app = api(issuer.guard())
    async with client(app) as calls:
        document = (await calls.get("/openapi.json")).json()
        assert (await calls.get("/docs")).status_code == 200
    scheme = document["components"]["securitySchemes"]["Betroth"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    paths = document["paths"]
    assert "security" not in paths["/health"]["get"]
    assert paths["/silent"]["get"]["security"] == [{"Betroth": []}]
    # Before 0.122, FastAPI names the scopes of OAuth alone.
    assert paths["/notes"]["post"]["security"] in ([{"Betroth": ["notes:write"]}], [{"Betroth": []}])
    assert {} in paths["/perhaps"]["get"]["security"]
    assert {"401", "403"} <= set(paths["/me"]["get"]["responses"])
    assert "401" not in paths["/health"]["get"]["responses"]


async def test_dependencies_can_be_overridden(issuer: Issuer) -> None:
    auth = issuer.guard()
    app = api(auth, protect=False)
    assert auth.require(role="admin") is auth.require(role="admin")
    app.dependency_overrides[auth.require(role="admin")] = lambda: None
    async with client(app) as calls:
        assert (await calls.get("/admin")).json() == "admin"


async def test_an_application_is_protected_once_and_before_its_first_request(issuer: Issuer) -> None:
    auth = issuer.guard()
    app = auth.protect(FastAPI())
    with pytest.raises(RuntimeError, match="protected already"):
        auth.protect(app)
    late = FastAPI()
    async with client(late) as calls:
        await calls.get("/")
    with pytest.raises(RuntimeError, match="before the first request"):
        auth.protect(late)


def test_nothing_of_a_person_or_a_secret_is_shown(issuer: Issuer) -> None:
    auth = issuer.guard()
    assert "k1" not in repr(auth.settings)
    secret = "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWducyBpdA=="
    assert secret not in repr(vars(Betroth("https://app.example.com", secret=secret)))
