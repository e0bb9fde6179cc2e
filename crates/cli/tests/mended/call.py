"""Calls the application in `main.py` of a folder, as it is at that moment: `python call.py FOLDER`.

Each line of stdin is a list of requests with `method`, `path` and `headers`; `{own}`, `{foreign}` and `{forged}` in a header are tokens
made here. Each line of stdout is the list of answers, with `status` and `headers`. A server beside the application stands in for Better Auth: it publishes the key,
and knows one session by both names of its cookie.
"""

import asyncio
import http.cookies
import http.server
import importlib
import json
import os
import sys
import threading
import time

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY = Ed25519PrivateKey.generate()
SESSION = "session-of-ann"


class BetterAuth(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/api/auth/jwks":
            key = json.loads(jwt.get_algorithm_by_name("EdDSA").to_jwk(KEY.public_key()))
            answer = {"keys": [key | {"kid": "1", "use": "sig", "alg": "EdDSA"}]}
        else:
            cookies = http.cookies.SimpleCookie(self.headers.get("cookie", ""))
            known = any(it.value == SESSION for it in cookies.values())
            answer = {"user": {"id": "ann"}} if known else None
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def tokens():
    now = int(time.time())
    claims = {"sub": "ann", "iss": "notes", "aud": "notes-api", "iat": now, "exp": now + 600}
    head = {"kid": "1"}
    return {
        "{own}": jwt.encode(claims, KEY, "EdDSA", head),
        "{foreign}": jwt.encode(claims | {"iss": "staging"}, KEY, "EdDSA", head),
        "{forged}": jwt.encode(claims, "x" * 64, "HS256", head),
    }


async def call(app, request, tokens):
    headers = [(b"host", b"api.example.com")]
    for name, value in request.get("headers", {}).items():
        for word, token in tokens.items():
            value = value.replace(word, token)
        headers.append((name.lower().encode(), value.encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "https",
        "method": request["method"],
        "path": request["path"],
        "raw_path": request["path"].encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("api.example.com", 443),
    }
    answer = {}

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
            answer["headers"] = {k.decode(): v.decode() for k, v in message["headers"]}

    try:
        await app(scope, receive, send)
    except Exception:
        # Starlette has answered 500 by then, and hands the exception on to the server's log.
        if answer.get("status") != 500:
            raise
    return answer


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), BetterAuth)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["BETTER_AUTH_URL"] = f"http://127.0.0.1:{server.server_port}"
    sys.path.insert(0, sys.argv[1])
    # A file that is changed within a second would be taken for the one that was compiled.
    sys.dont_write_bytecode = True

    async def each(requests):
        sys.modules.pop("main", None)
        app = importlib.import_module("main").app
        return [await call(app, request, tokens()) for request in requests]

    for line in sys.stdin:
        print(json.dumps(asyncio.run(each(json.loads(line)))), flush=True)


main()
