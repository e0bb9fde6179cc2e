"""What the guard costs: CPU per call and per request, beside other ways to guard an application, in one run.

    python -m venv target/bench-python
    target/bench-python/bin/pip install -r bindings/python/benches/requirements.txt
    BETROTH_TEST_PYTHON=target/bench-python/bin/python cargo xtask bench guard

Each figure is the median of many short rounds that take turns, in microseconds: CPU of this process where the application runs
in it, CPU of the server's process where requests go over HTTP. Whichever peer is not installed is said to be missing.
"""

from __future__ import annotations

import asyncio
import os

import flood
import in_process
import over_http
import verify
from issuer import Issuer
from turns import tell, tell_requests


def main() -> None:
    # As it is where strangers can reach it, though the issuer is on this machine.
    os.environ["BETROTH_MODE"] = "production"
    issuer = Issuer()
    verify.measure(issuer)
    tell_requests("a request in process, EdDSA", asyncio.run(in_process.requests(issuer)))
    served = over_http.requests(issuer)
    if served is None:
        print("\nover HTTP: left out, for this system has no /proc/PID/task/TID/schedstat")
    else:
        tell_requests("a request over HTTP, by uvicorn, EdDSA", served)
    tell("strangers, in process", asyncio.run(flood.requests(issuer)), flood.NOT_FOUND)


main()
