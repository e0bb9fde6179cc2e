"""A real Better Auth 1.7.7 that tests start and stop."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

HERE = Path(__file__).parent
SECRET = "made-up-test-secret-of-betroth-0123456789"
VERSIONS = HERE.parents[3] / "vectors" / "better-auth" / "node_modules"


class BetterAuth:
    """One issuer with its rows in a folder, or in a `database`; `jwt` are the options of its plugin."""

    def __init__(
        self,
        folder: Path,
        jwt: dict[str, Any] | None = None,
        *,
        session: dict[str, Any] | None = None,
        database: dict[str, Any] | None = None,
        secret: str = SECRET,
    ) -> None:
        """`session` are Better Auth's options of that name. `database` is `{"sqlite": file}`, or `{"postgres": …}` with
        the options of the npm package `pg`."""
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self._rows = folder / "rows.json"
        self._options = {"jwt": jwt or {}, "session": session, "database": database}
        self.secret = secret
        self._process: subprocess.Popen[str] | None = None
        self._people = 0

    def start(self) -> BetterAuth:
        """Starts it, and waits until it answers."""
        options = {"port": self.port, "rows": str(self._rows), "secret": self.secret, **self._options}
        command = ["node", str(HERE / "server.mjs"), json.dumps(options)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        return self

    def stop(self) -> None:
        """Stops it; its rows stay."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def post(self, path: str, session: dict[str, str], body: dict[str, Any] | None = None) -> httpx.Response:
        """Calls an endpoint as a person."""
        headers = {"Origin": self.url, **session}
        answer = httpx.post(f"{self.url}/api/auth{path}", json=body or {}, headers=headers)
        answer.raise_for_status()
        return answer

    def sign_up(self, email: str | None = None) -> tuple[str, dict[str, str]]:
        """A new person: the id, and the header with the session cookie."""
        self._people += 1
        body = {"email": email or f"person{self._people}@example.com", "password": "made-up-password", "name": "Ada"}
        answer = httpx.post(f"{self.url}/api/auth/sign-up/email", json=body, headers={"Origin": self.url})
        answer.raise_for_status()
        cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        return answer.json()["user"]["id"], {"Cookie": cookies}

    def token(self, session: dict[str, str]) -> str:
        """A token of the session in that header."""
        answer = httpx.get(f"{self.url}/api/auth/token", headers=session)
        answer.raise_for_status()
        return str(answer.json()["token"])

    def jwks_fetches(self) -> int:
        """How often the key set was asked for."""
        return int(httpx.get(f"{self.url}/asked").json()["jwks"])


def require() -> None:
    """Skips a test where Better Auth or Node is not there."""
    if shutil.which("node") is None or not VERSIONS.is_dir():
        pytest.skip("a real Better Auth needs Node, and `npm ci` in vectors/better-auth")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
