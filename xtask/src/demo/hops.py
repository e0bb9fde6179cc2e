"""The API of the notes, and a line for each request: who asked, for what, what came of it, and after how many milliseconds."""

import time

from app.main import app as notes


async def app(scope, receive, send):
    if scope["type"] != "http":
        await notes(scope, receive, send)
        return
    status, started = 500, time.perf_counter()

    async def seen(message):
        nonlocal status
        status = message.get("status", status)
        await send(message)

    try:
        await notes(scope, receive, seen)
    finally:
        # A page of another origin says where it is from; a server has no origin.
        caller = "browser" if any(name == b"origin" for name, _ in scope["headers"]) else "web"
        milliseconds = round((time.perf_counter() - started) * 1000)
        path = scope["raw_path"].decode("ascii", "replace")
        if path != "/health":
            print("hop", caller, scope["method"], path, status, milliseconds, flush=True)
