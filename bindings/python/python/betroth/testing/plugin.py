"""Fixtures for pytest. A project that defines the fixture `app` has them all; one of the same name comes before.

    @pytest.fixture
    def app(): return notes.main.app
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from betroth.testing import Callers, Clock, Issuer


@pytest.fixture
def issuer(app: FastAPI) -> Iterator[Issuer]:
    """The issuer in memory that stands in for the one of `app`."""
    from betroth.testing import stand_in

    with stand_in(app) as issuer:
        yield issuer


@pytest.fixture
def callers(app: FastAPI, issuer: Issuer) -> Callers:
    """Makes the clients of `app`."""
    from betroth.testing import Callers

    return Callers(app, issuer)


@pytest.fixture
def as_user(callers: Callers) -> Callable[..., TestClient]:
    """`as_user("ada", roles="admin")`: a client that calls as this person."""
    return callers.as_user


@pytest.fixture
def as_user_async(callers: Callers) -> Callable[..., httpx.AsyncClient]:
    """`as_user_async("ada")`: a client for async tests that calls as this person."""
    return callers.as_user_async


@pytest.fixture
def anonymous(callers: Callers) -> TestClient:
    """A client that sends no credential."""
    return callers.anonymous()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Moves the time that tokens are judged at; afterwards it is that of the machine again."""
    from betroth.testing import Clock

    with Clock() as clock:
        yield clock
