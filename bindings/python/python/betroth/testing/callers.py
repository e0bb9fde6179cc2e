"""Clients of an application, each as one person or as nobody."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typing_extensions import Unpack

from betroth.testing.claims import Facts
from betroth.testing.issuer import Issuer


class Callers:
    """Makes clients that call `app` in this process, with tokens of `issuer`.

    A client of FastAPI runs the application's lifespan where it is entered: `with callers.as_user("ada") as ada:`.
    """

    def __init__(self, app: FastAPI, issuer: Issuer) -> None:
        self.app = app
        self.issuer = issuer

    def as_user(
        self, subject: str = "ada", *, claims: dict[str, object] | None = None, **facts: Unpack[Facts]
    ) -> TestClient:
        """A client of FastAPI that calls as this person: `as_user("ada", roles=["admin"], organization="acme")`."""
        return self.bearing(self.issuer.token(subject, claims=claims, **facts))

    def bearing(self, token: str) -> TestClient:
        """A client of FastAPI that sends this token, good or bad."""
        return TestClient(self.app, headers={"Authorization": f"Bearer {token}"})

    def anonymous(self) -> TestClient:
        """A client of FastAPI that sends no credential."""
        return TestClient(self.app)

    def as_user_async(
        self, subject: str = "ada", *, claims: dict[str, object] | None = None, **facts: Unpack[Facts]
    ) -> httpx.AsyncClient:
        """A client for async tests that calls as this person, in the event loop of the test."""
        token = self.issuer.token(subject, claims=claims, **facts)
        return self._async(headers={"Authorization": f"Bearer {token}"})

    def anonymous_async(self) -> httpx.AsyncClient:
        """A client for async tests that sends no credential."""
        return self._async()

    def _async(self, **arguments: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://testserver", **arguments)
