"""Calls the application of `main.py` in this folder as a person, as nobody and as a stranger.

The variable of its argument is what the application learns its issuer from, whose key set is served here.
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from betroth._betroth import Signer

signer = Signer.generate("EdDSA", kid="one")
published = json.dumps({"keys": [json.loads(signer.jwk)]}).encode()


class Issuer(BaseHTTPRequestHandler):
    """Publishes the key set where Better Auth does."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/auth/jwks" else 404)
        self.end_headers()
        self.wfile.write(published)

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


server = HTTPServer(("127.0.0.1", 0), Issuer)
threading.Thread(target=server.serve_forever, daemon=True).start()
issuer = f"http://127.0.0.1:{server.server_port}"
os.environ[sys.argv[1]] = issuer
now = int(time.time())
claims = json.dumps({"iss": issuer, "aud": issuer, "sub": "ada", "iat": now, "exp": now + 60})

from fastapi.testclient import TestClient  # noqa: E402

import main  # noqa: E402


def ask(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


with TestClient(main.app) as client:
    assert client.get("/notes").status_code == 401
    stranger = Signer.generate("EdDSA", kid="one")
    assert client.get("/notes", headers=ask(stranger.sign(claims))).status_code == 401
    answer = client.get("/notes", headers=ask(signer.sign(claims)))
    assert (answer.status_code, answer.json()) == (200, {"owner": "ada"}), answer.text
