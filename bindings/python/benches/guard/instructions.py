"""Instructions of a request in process, counted by callgrind: a figure that other work on the machine does not change.

    cargo xtask bench guard --instructions

It tells nothing of memory and of what the processor does at once: signatures gain more of that than Python does.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
from pathlib import Path

from apps import GUISES
from in_process import bearer, call
from issuer import Issuer
from turns import Rounds, tell_requests

COUNT = 100


async def requests(issuer: Issuer) -> Rounds:
    """Thousands of instructions of one request, for every guise that can be had."""
    counts: Rounds = {}
    token = issuer.token()
    for name, guise in GUISES.items():
        if not guise.is_installed:
            continue
        app = guise.make(issuer.url)
        tokens = issuer.tokens(COUNT) if guise.new_tokens else [token] * COUNT
        # Keys are fetched, and Python has seen its code.
        for _ in range(10):
            await call(app, bearer(token))
        credentials = [bearer(token) for token in tokens]
        gc.collect()
        gc.disable()
        control("--zero")
        answers = [await call(app, credential) for credential in credentials]
        control("--dump")
        gc.enable()
        assert set(answers) == {200}, answers
        counts[name] = [counted(len(counts) + 1) / COUNT / 1000]
    return counts


def control(what: str) -> None:
    subprocess.run(["callgrind_control", what, str(os.getpid())], check=True, capture_output=True)


def counted(dump: int) -> int:
    """The whole of a dump, in the order in which they were asked for."""
    lines = Path(f"{os.environ['CALLGRIND_COUNTS']}.{dump}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("summary:"))


def main() -> None:
    os.environ["BETROTH_MODE"] = "production"
    tell_requests("a request in process, EdDSA: instructions", asyncio.run(requests(Issuer())), "k")


main()
