"""What several tests need."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .issuer import better_auth
from .issuer.better_auth import BetterAuth


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine counts."""
    for name in os.environ:
        if name.startswith(("BETTER_AUTH_", "BETROTH_", "JWT_", "WEB_ORIGINS")):
            monkeypatch.delenv(name)


@pytest.fixture
def start_better_auth(tmp_path: Path) -> Iterator[Callable[..., BetterAuth]]:
    """Starts a real Better Auth with these options of its jwt plugin; it is stopped after the test."""
    better_auth.require()
    started: list[BetterAuth] = []

    def start(jwt: dict[str, Any] | None = None) -> BetterAuth:
        issuer = BetterAuth(tmp_path, jwt).start()
        started.append(issuer)
        return issuer

    yield start
    for issuer in started:
        issuer.stop()
