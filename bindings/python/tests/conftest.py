"""What several tests need."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .issuer import better_auth
from .issuer.better_auth import BetterAuth
from .postgres import server


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine counts."""
    for name in os.environ:
        if name.startswith(("BETTER_AUTH_", "BETROTH_", "JWT_", "WEB_ORIGINS")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder of the socket of a running PostgreSQL."""
    if server.programs() is None:
        pytest.skip("PostgreSQL is not installed, so what happens on it is left out")
    with server.running() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_better_auth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BetterAuth]:
    """A real Better Auth for the tests of a module: each signs its own people up."""
    better_auth.require()
    issuer = BetterAuth(tmp_path_factory.mktemp("better-auth")).start()
    yield issuer
    issuer.stop()


@pytest.fixture
def start_better_auth(tmp_path: Path) -> Iterator[Callable[..., BetterAuth]]:
    """Starts a real Better Auth with these options of its jwt plugin, and others; it is stopped after the test."""
    better_auth.require()
    started: list[BetterAuth] = []

    def start(jwt: dict[str, Any] | None = None, **options: Any) -> BetterAuth:
        issuer = BetterAuth(tmp_path, jwt, **options).start()
        started.append(issuer)
        return issuer

    yield start
    for issuer in started:
        issuer.stop()
