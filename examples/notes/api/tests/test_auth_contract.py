"""Whom the API lets in: what `betroth.toml` says, with the keys alone exchanged."""

import os

import pytest
from betroth.testing import Callers, assert_guarded
from fastapi import FastAPI

# The application reads these where it is imported, which is in the tests alone.
os.environ.setdefault("BETROTH_MODE", "development")

NOWHERE = "/a-path-that-no-route-has"
PUBLIC = ["GET /health"]


@pytest.fixture
def app() -> FastAPI:
    from app.main import app as application

    return application


def test_a_good_token_is_let_in(as_user):
    status = as_user("ada").get(NOWHERE).status_code
    # A route for any path may answer in its own way; a fault is no answer.
    assert status < 400 or status in (404, 405)


def test_no_token_is_refused(anonymous):
    assert anonymous.get(NOWHERE).status_code == 401


@pytest.mark.parametrize(
    "kind",
    ["expired", "tampered", "foreign-audience", "foreign-issuer", "unsigned"],
)
def test_a_bad_token_is_refused(callers, issuer, kind):
    assert callers.bearing(issuer.bad(kind)).get(NOWHERE).status_code == 401


def test_whoever_calls_is_the_person_of_the_token(issuer):
    from app.middleware.auth import CurrentUser

    probe = FastAPI()

    @probe.get("/who")
    def who(user: CurrentUser) -> str:
        return user.id

    callers = Callers(probe, issuer)
    assert callers.as_user("ada").get("/who").json() == "ada"
    assert callers.as_user("grace").get("/who").json() == "grace"


def test_no_route_lets_in_whom_it_should_not(app):
    assert_guarded(app, public=PUBLIC)
