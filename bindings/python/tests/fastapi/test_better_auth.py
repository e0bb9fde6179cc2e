"""The guard against a real Better Auth."""

import time
from collections.abc import Callable
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI

from betroth.fastapi import Betroth, User

from ..issuer.better_auth import BetterAuth

Start = Callable[..., BetterAuth]


def api(auth: Betroth) -> FastAPI:
    """The ten lines of the documentation."""
    app = auth.protect(FastAPI())
    CurrentUser = Annotated[User, Depends(auth.user)]

    @app.get("/notes")
    async def notes(user: CurrentUser) -> dict[str, str | None]:
        return {"owner": user.id, "email": user.email}

    return app


def client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES512", "RS256", "PS256"])
async def test_a_token_of_better_auth_is_accepted(
    start_better_auth: Start, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    issuer = start_better_auth({"jwks": {"keyPairConfig": {"alg": algorithm}}})
    person, session = issuer.sign_up()
    monkeypatch.setenv("BETTER_AUTH_URL", issuer.url)
    auth = Betroth() if algorithm == "EdDSA" else Betroth(algorithms=[algorithm])
    async with client(api(auth)) as calls:
        token = issuer.token(session)
        for _ in range(3):
            answer = await calls.get("/notes", headers=bearer(token))
            assert (answer.status_code, answer.json()) == (200, {"owner": person, "email": "person1@example.com"})
        changed = token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:]
        answer = await calls.get("/notes", headers=bearer(changed))
        assert answer.status_code == 401
        assert (await calls.get("/notes")).status_code == 401
    assert issuer.jwks_fetches() == 1


async def test_the_session_token_and_a_cookie_are_no_access_tokens(start_better_auth: Start) -> None:
    issuer = start_better_auth()
    _, session = issuer.sign_up()
    async with client(api(Betroth(issuer.url))) as calls:
        cookie = session["Cookie"].split("=", 1)[1]
        answer = await calls.get("/notes", headers=bearer(cookie))
        assert answer.status_code == 401
        assert (await calls.get("/notes", headers=session)).status_code == 401


async def test_another_audience_and_issuer_are_refused_with_the_reason_in_development(start_better_auth: Start) -> None:
    issuer = start_better_auth()
    _, session = issuer.sign_up()
    token = issuer.token(session)
    async with client(api(Betroth(issuer.url, audience="https://api.example.com"))) as calls:
        answer = await calls.get("/notes", headers=bearer(token))
        assert answer.headers["Betroth-Reason"].startswith("audience-mismatch: ")
    jwks_url = f"{issuer.url}/api/auth/jwks"
    async with client(api(Betroth("https://app.example.com", jwks_url=jwks_url))) as calls:
        answer = await calls.get("/notes", headers=bearer(token))
        assert answer.status_code == 401
        assert "Betroth-Reason" not in answer.headers


async def test_a_rotation_loses_no_request(start_better_auth: Start) -> None:
    issuer = start_better_auth({"jwks": {"rotationInterval": 1, "gracePeriod": 3600}})
    person, session = issuer.sign_up()
    old = issuer.token(session)
    async with client(api(Betroth(issuer.url))) as calls:
        assert (await calls.get("/notes", headers=bearer(old))).status_code == 200
        time.sleep(1.5)
        new = issuer.token(session)
        assert new.split(".")[0] != old.split(".")[0]
        for token in [new, old] * 20:
            answer = await calls.get("/notes", headers=bearer(token))
            assert (answer.status_code, answer.json()["owner"]) == (200, person)
    assert issuer.jwks_fetches() == 2


async def test_while_the_issuer_is_down_known_keys_serve_and_without_any_it_is_an_outage(
    start_better_auth: Start,
) -> None:
    issuer = start_better_auth()
    _, session = issuer.sign_up()
    token, other = issuer.token(session), issuer.token(session)
    warm, cold = api(Betroth(issuer.url)), api(Betroth(issuer.url))
    async with client(warm) as calls:
        assert (await calls.get("/notes", headers=bearer(token))).status_code == 200
    issuer.stop()
    async with client(warm) as calls:
        for held in (token, other):
            assert (await calls.get("/notes", headers=bearer(held))).status_code == 200
    async with client(cold) as calls:
        answer = await calls.get("/notes", headers=bearer(token))
        assert answer.status_code == 503
        assert 1 <= int(answer.headers["Retry-After"]) <= 15
        assert answer.json()["code"] == "unavailable"
        assert "WWW-Authenticate" not in answer.headers
        issuer.start()
        time.sleep(int(answer.headers["Retry-After"]))
        assert (await calls.get("/notes", headers=bearer(token))).status_code == 200


async def test_a_hundred_requests_at_once_fetch_the_keys_once(start_better_auth: Start) -> None:
    import asyncio

    issuer = start_better_auth()
    _, session = issuer.sign_up()
    tokens = [issuer.token(session)] * 100
    async with client(api(Betroth(issuer.url))) as calls:
        answers: list[Any] = await asyncio.gather(*(calls.get("/notes", headers=bearer(token)) for token in tokens))
    assert {answer.status_code for answer in answers} == {200}
    assert issuer.jwks_fetches() == 1
