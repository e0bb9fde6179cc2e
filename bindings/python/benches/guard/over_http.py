"""Requests over HTTP: a process of uvicorn for each application, whose CPU Linux tells by the nanosecond."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from apps import GUISES, ORIGIN
from issuer import Issuer
from turns import Rounds

ROUNDS, COUNT = 151, 20


class Server:
    """An application behind uvicorn, and one connection to it that stays open."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self._connection = _connected(process, port)

    def cpu(self) -> int:
        """Nanoseconds that all of its threads have run."""
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads)

    def cost(self, tokens: Sequence[str]) -> float:
        """Microseconds of CPU of the server for one of these requests, which must all be answered with 200."""
        began = self.cpu()
        for token in tokens:
            self._ask(token)
        return (self.cpu() - began) / len(tokens) / 1e3

    def _ask(self, token: str) -> None:
        self._connection.sendall(
            f"GET /notes HTTP/1.1\r\nHost: api\r\nAccept: */*\r\nOrigin: {ORIGIN}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            part = self._connection.recv(65_536)
            assert part, "the server has closed the connection"
            answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        (length,) = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while len(body) < length:
            body += self._connection.recv(65_536)


@contextmanager
def running(guise: str, issuer: str) -> Iterator[Server]:
    """A server of that application, until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "apps:served", "--app-dir", str(Path(__file__).parent)]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    process = subprocess.Popen(command, env={**os.environ, "BENCH_GUISE": guise, "BENCH_ISSUER": issuer})
    try:
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait()


def _connected(process: subprocess.Popen[bytes], port: int) -> socket.socket:
    end = time.monotonic() + 30
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port))
        except OSError:
            assert process.poll() is None and time.monotonic() < end, "uvicorn does not start"
            time.sleep(0.1)
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection


def requests(issuer: Issuer) -> Rounds | None:
    """What every guise costs that can be had; `None` where the system does not tell the CPU of a process so finely."""
    if not Path("/proc/self/schedstat").exists():
        return None
    known = [issuer.token()] * COUNT
    new = issuer.tokens((ROUNDS + 1) * COUNT)
    with ExitStack() as stack:
        names = [name for name, guise in GUISES.items() if guise.is_installed]
        servers = {name: stack.enter_context(running(name, issuer.url)) for name in names}
        rounds: Rounds = {name: [] for name in names}
        for number in range(-1, ROUNDS):
            for name, server in servers.items():
                start = (number + 1) * COUNT
                took = server.cost(new[start : start + COUNT] if GUISES[name].new_tokens else known)
                # Before the first, keys are fetched.
                if number >= 0:
                    rounds[name].append(took)
    return rounds
