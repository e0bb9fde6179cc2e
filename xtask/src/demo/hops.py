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
        headers = dict(scope["headers"])
        # A browser says where a page is from; Node.js says its name.
        if b"origin" in headers or b"sec-fetch-site" in headers:
            caller = "browser"
        else:
            caller = "web" if headers.get(b"user-agent") == b"node" else "other"
        milliseconds = round((time.perf_counter() - started) * 1000)
        path = scope["raw_path"].decode("ascii", "replace")
        if path != "/health":
            print("hop", caller, scope["method"], path, status, milliseconds, flush=True)
