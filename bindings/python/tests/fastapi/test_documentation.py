"""The first lines of the documentation, run as they stand by a real server."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from ..issuer.better_auth import BetterAuth

ROOT = Path(__file__).parents[4]
DOCUMENTATION = ROOT / "docs" / "fastapi.md"
READMES = [ROOT / "README.md", ROOT / "bindings" / "python" / "README.md"]


def lines(page: Path) -> str:
    block = re.search(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert block is not None
    return block[1]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Serves a folder that holds nothing but the API, for the issuer at that address, with options of uvicorn."""
    pytest.importorskip("uvicorn")
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "main.py").write_text(lines(DOCUMENTATION), "utf-8")
    started: list[subprocess.Popen[bytes]] = []

    def start(issuer: str, *options: str) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port), "--log-level", "warning", *options]
        environment = {**os.environ, "BETTER_AUTH_URL": issuer}
        started.append(subprocess.Popen(command, cwd=tmp_path / "api", env=environment))
        url = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                httpx.get(url)
                return url
            except httpx.ConnectError:
                time.sleep(0.1)
        raise AssertionError("the API does not answer")

    yield start
    for process in started:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("readme", READMES, ids=["repository", "package"])
def test_the_readme_has_the_same_lines(readme: Path) -> None:
    assert lines(readme) == lines(DOCUMENTATION)


def test_the_first_lines_tell_two_people_apart(
    start_better_auth: Callable[..., BetterAuth], serve: Callable[[str], str]
) -> None:
    issuer = start_better_auth()
    api = serve(issuer.url)
    assert httpx.get(f"{api}/notes").status_code == 401
    for _ in range(2):
        person, session = issuer.sign_up()
        headers = {"Authorization": f"Bearer {issuer.token(session)}"}
        assert httpx.get(f"{api}/notes", headers=headers).json() == {"owner": person}
    assert httpx.get(f"{api}/docs").status_code == 200


async def test_no_request_is_lost_while_keys_rotate_under_several_workers(
    serve: Callable[..., str], start_better_auth: Callable[..., BetterAuth]
) -> None:
    issuer = start_better_auth({"jwks": {"rotationInterval": 2, "gracePeriod": 3600}})
    person, session = issuer.sign_up()
    url = serve(issuer.url, "--workers", "2")
    tokens = [issuer.token(session)]
    answers: list[tuple[int, str]] = []
    is_over = False

    async def call() -> None:
        async with httpx.AsyncClient(timeout=30) as calls:
            while not is_over:
                # The newest, whose key nobody may have fetched, and the oldest.
                for token in (tokens[-1], tokens[0]):
                    answer = await calls.get(f"{url}/notes", headers={"Authorization": f"Bearer {token}"})
                    await asyncio.sleep(0.02)
                    answers.append((answer.status_code, answer.headers.get("Betroth-Reason") or answer.json()["owner"]))

    callers = [asyncio.create_task(call()) for _ in range(8)]
    # Whatever strangers send, keys are fetched twice at once and then every 15 s.
    for seconds in (3, 16):
        await asyncio.sleep(seconds)
        tokens.append(await asyncio.to_thread(issuer.token, session))
    await asyncio.sleep(1)
    is_over = True
    await asyncio.gather(*callers)
    kids = {token.split(".")[0] for token in tokens}
    assert len(kids) == 3
    assert len(answers) > 100
    assert set(answers) == {(200, person)}
    # Each worker fetched once for itself and once for each new key.
    assert 3 <= issuer.jwks_fetches() <= 6
