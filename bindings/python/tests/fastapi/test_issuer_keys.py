"""The fetch of a key set, from real servers."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from fastapi import FastAPI

from betroth.fastapi import Betroth, Event
from betroth.fastapi.issuer_http import GREATEST_BYTES

from .issuer import URL, Issuer, client


class Server(ThreadingHTTPServer):
    """Answers every request with `body` and `headers`, and remembers what was asked."""

    daemon_threads = True

    def __init__(self, body: bytes, headers: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body = body
        self.headers = headers
        self.asked: list[tuple[str, str | None]] = []
        self.sent = 0
        self.was_cut = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/jwks"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        server.asked.append((self.path, self.headers["Accept-Encoding"]))
        self.send_response(200)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for start in range(0, len(server.body), 65_536):
                server.sent += self.wfile.write(server.body[start : start + 65_536])
        except OSError:
            server.was_cut.set()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    started: list[Server] = []

    def start(body: bytes, **headers: str) -> Server:
        started.append(Server(body, headers))
        return started[-1]

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def key_set(issuer: Issuer) -> bytes:
    jwk = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(issuer.key.public_key()))
    return json.dumps({"keys": [{**jwk, "kid": "k1", "alg": "EdDSA"}]}).encode()


async def asked(url: str, issuer: Issuer) -> tuple[int, list[Event]]:
    """What a person is answered by an API whose keys are at `url`, and what was told."""
    auth = Betroth(URL, jwks_url=url)
    events: list[Event] = []
    auth.on_event(events.append)
    app = auth.protect(FastAPI())
    app.get("/notes")(lambda: "notes")
    async with client(app) as calls:
        answer = await calls.get("/notes", headers=issuer.bearer())
    return answer.status_code, events


async def test_keys_are_asked_for_as_they_are(serve: Callable[..., Server], issuer: Issuer) -> None:
    server = serve(key_set(issuer))
    status, _ = await asked(server.url, issuer)
    assert (status, server.asked) == (200, [("/jwks", "identity")])


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate, gzip", "unheard-of"])
async def test_a_compressed_key_set_is_not_unpacked(
    serve: Callable[..., Server], issuer: Issuer, encoding: str
) -> None:
    server = serve(gzip.compress(key_set(issuer)), **{"Content-Encoding": encoding})
    status, events = await asked(server.url, issuer)
    assert status == 503
    assert "compressed" in str(events[0].fields["fault"])


async def test_a_key_set_without_end_is_read_to_its_bound_alone(serve: Callable[..., Server], issuer: Issuer) -> None:
    server = serve(b" " * 64 * 1024 * 1024)
    status, events = await asked(server.url, issuer)
    assert status == 503
    assert str(GREATEST_BYTES) in str(events[0].fields["fault"])
    assert server.was_cut.wait(5)
    # Beside what was read, only what the buffers between both hold was sent.
    assert server.sent < 32 * 1024 * 1024


async def test_a_proxy_of_the_environment_is_asked_for_no_address_of_this_machine(
    serve: Callable[..., Server], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, proxy = serve(key_set(issuer)), serve(key_set(issuer))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.server_port}")
    assert (await asked(server.url, issuer))[0] == 200
    assert (await asked(server.url.replace("127.0.0.1", "localhost"), issuer))[0] == 200
    assert (len(server.asked), proxy.asked) == (2, [])
    assert (await asked("http://issuer.invalid/jwks", issuer))[0] == 200
    assert proxy.asked == [("http://issuer.invalid/jwks", "identity")]
