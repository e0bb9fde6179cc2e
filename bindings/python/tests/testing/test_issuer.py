"""The issuer in memory, and the guard that judges its tokens as any others."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, get_args

import httpx
import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from betroth import Refusal, Verifier
from betroth.fastapi import Betroth, User
from betroth.testing import BAD, Bad, Callers, Clock, Issuer, guard_of, stand_in

SECRET = "a secret of tests, which nobody else has: 6Qm2"
URL = "https://app.example.com"
ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
CODES = {
    "expired": "token-expired",
    "not-yet-valid": "token-not-yet-valid",
    "issued-in-future": "token-issued-in-future",
    "foreign-issuer": "issuer-mismatch",
    "foreign-audience": "audience-mismatch",
    "tampered": "signature-invalid",
    "unsigned": "alg-not-accepted",
    "signature-missing": "signature-missing",
    "another-key": "signature-invalid",
    "unknown-key": "kid-unknown",
    "confused": "alg-not-accepted",
    "wrong-type": "typ-not-accepted",
    "bound": "proof-missing",
    "no-expiry": "claim-missing",
    "nobody": "claim-malformed",
    "garbage": "token-parts",
}


def guarded(auth: Betroth) -> FastAPI:
    app = auth.protect(FastAPI())

    @app.get("/me")
    async def me(user: Annotated[User, Depends(auth.user)]) -> dict[str, object]:
        return {"id": user.id, "roles": user.roles, "organization": user.organization, "scopes": user.scopes}

    return app


@pytest.fixture
def app() -> FastAPI:
    return guarded(Betroth(URL))


@pytest.mark.parametrize("algorithm", [*ALGORITHMS, "HS256", "HS384", "HS512"])
def test_each_algorithm_signs_good_tokens_and_bad_ones(algorithm: str) -> None:
    issuer = Issuer(algorithm=algorithm)
    verifier = Verifier(issuer.url, issuer.audience, issuer.keys(), required=["sub"])
    assert verifier.verify(issuer.token("ada")).subject == "ada"
    for kind in BAD:
        with pytest.raises(Refusal):
            verifier.verify(issuer.bad(kind))


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_is_bad_for_the_one_reason_that_it_names(kind: Bad) -> None:
    issuer = Issuer()
    with pytest.raises(Refusal) as refusal:
        Verifier(issuer.url, issuer.audience, issuer.keys(), required=["sub"]).verify(issuer.bad(kind))
    assert refusal.value.code == CODES[kind]


def test_there_is_no_other_kind_of_bad_token() -> None:
    assert set(get_args(Bad)) == set(BAD)
    with pytest.raises(ValueError, match="there is no bad token `rotten`; there are `expired`"):
        Issuer().bad("rotten")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="there is no fact `role`; there are `email`"):
        Issuer().token("ada", role="admin")  # type: ignore[call-arg]


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_guard_of_the_issuer_lets_in_its_people_alone(secret: str | None) -> None:
    issuer = Issuer(secret=secret)
    callers = Callers(guarded(issuer.guard(limit_failures=False)), issuer)
    ada = callers.as_user("ada", roles=["admin", "editor"], organization="acme", scopes=["read", "write"])
    expected = {"id": "ada", "roles": ["admin", "editor"], "organization": "acme", "scopes": ["read", "write"]}
    assert ada.get("/me").json() == expected
    assert callers.anonymous().get("/me").status_code == 401
    for kind in BAD:
        assert callers.bearing(issuer.bad(kind)).get("/me").status_code == 401, kind
    assert (issuer.fetches == 0) == (secret is not None)


def test_it_stands_in_for_the_issuer_of_a_guard_that_exists(app: FastAPI) -> None:
    with stand_in(app) as issuer:
        assert (issuer.url, issuer.audience) == (URL, URL)
        assert Callers(app, issuer).as_user("ada").get("/me").json()["id"] == "ada"
    with stand_in(guard_of(app)) as other:
        assert Callers(app, issuer).as_user("ada").get("/me").status_code == 401
        assert Callers(app, other).as_user("ada").get("/me").status_code == 200


@pytest.mark.parametrize("algorithm", ["HS256", "ES256"])
def test_it_stands_in_where_the_keys_are_held(algorithm: str) -> None:
    real = Issuer(URL, algorithm=algorithm)
    auth = real.guard() if real.secret else Betroth(URL, public_key=real.jwks(), algorithms=[algorithm])
    app = guarded(auth)
    assert Callers(app, real).as_user().get("/me").status_code == 200
    with stand_in(auth) as issuer:
        assert Callers(app, issuer).as_user().get("/me").status_code == 200
        assert Callers(app, real).as_user().get("/me").status_code == 401
    assert Callers(app, real).as_user().get("/me").status_code == 200


def test_facts_stand_where_the_contract_has_them(tmp_path: Path) -> None:
    file = tmp_path / "betroth.toml"
    file.write_text(
        f'[issuer]\nbase_url = "{URL}"\n[claims]\nroles = "app.roles"\norganization = "org.id"\n'
        '[token]\nrequired = ["sub", "iat", "exp", "jti"]\ntypes = ["at+jwt"]\n'
    )
    app = guarded(Betroth.from_contract(file))
    with stand_in(app) as issuer:
        told = Callers(app, issuer).as_user("ada", roles="admin", organization="acme").get("/me").json()
    assert (told["roles"], told["organization"]) == (["admin"], "acme")


def test_keys_rotate_and_the_issuer_goes_down() -> None:
    issuer = Issuer()
    callers = Callers(guarded(issuer.guard()), issuer)
    issuer.is_down = True
    assert callers.as_user().get("/me").status_code == 503
    issuer.is_down = False
    callers = Callers(guarded(issuer.guard()), issuer)
    before = callers.as_user("ada")
    assert before.get("/me").status_code == 200
    issuer.rotate()
    assert callers.as_user("grace").get("/me").status_code == 200
    assert before.get("/me").status_code == 200
    with pytest.raises(ValueError, match="no key set"):
        Issuer(secret=SECRET).rotate()


def test_the_clock_moves_for_tokens_that_are_known_too(as_user: Callable[..., TestClient], clock: Clock) -> None:
    ada = as_user("ada")
    assert ada.get("/me").status_code == 200
    before = clock.now()
    clock.forward(14 * 60)
    assert ada.get("/me").status_code == 200
    assert clock.forward(2 * 60) - before in (960, 961)
    answer = ada.get("/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
    assert as_user("ada").get("/me").status_code == 200
    clock.reset()
    assert ada.get("/me").status_code == 200


def test_the_clock_is_moved_in_tests_alone() -> None:
    code = "from betroth.testing import Clock; Clock().forward(1)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "RuntimeError: the clock is moved in tests alone" in run.stderr


def test_the_plugin_needs_no_fastapi_to_be_loaded() -> None:
    code = "import sys, betroth.testing.plugin; print({'fastapi', 'starlette', 'httpx'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "set()", run.stderr


async def test_clients_for_async_tests_call_in_the_loop_of_the_test(
    callers: Callers, as_user_async: Callable[..., httpx.AsyncClient]
) -> None:
    async with as_user_async("ada") as ada, callers.anonymous_async() as nobody:
        assert (await ada.get("/me")).json()["id"] == "ada"
        assert (await nobody.get("/me")).status_code == 401


def test_an_application_without_a_guard_is_told_so() -> None:
    with pytest.raises(ValueError, match="the application has no guard"):
        guard_of(FastAPI())


def test_the_guard_is_found_by_a_dependency() -> None:
    auth, app = Betroth(URL), FastAPI()
    app.get("/me", dependencies=[Depends(auth.require(role="admin"))])(lambda: "me")
    assert guard_of(app) is auth


def test_no_secret_is_shown() -> None:
    assert SECRET not in repr(Issuer(secret=SECRET))
