"""An issuer: its key set at any path of a server of its own, and its tokens."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KID = "k1"


class Issuer:
    """Signs with EdDSA, and answers who asks for its keys."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = self._key.public_key()
        jwk = {**json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(self.public)), "kid": KID, "alg": "EdDSA"}
        self.jwks = json.dumps({"keys": [jwk]})
        server = HTTPServer(("127.0.0.1", 0), _handler(self.jwks.encode()))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://localhost:{server.server_port}"

    def claims(self, number: int = 0) -> dict[str, Any]:
        """As many as Better Auth puts into a token."""
        now = int(time.time())
        return {
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "emailVerified": True,
            "image": None,
            "createdAt": "2026-01-02T03:04:05.678Z",
            "updatedAt": "2026-01-02T03:04:05.678Z",
            "role": "user",
            "banned": False,
            "banReason": None,
            "banExpires": None,
            "id": f"user{number:027}",
            "iat": now,
            "sub": f"user{number:027}",
            "exp": now + 900,
            "iss": self.url,
            "aud": self.url,
        }

    def token(self, number: int = 0) -> str:
        """The token of one of many people."""
        return jwt.encode(self.claims(number), self._key, "EdDSA", {"kid": KID})

    def tokens(self, count: int) -> list[str]:
        """As many, each of somebody else."""
        return [self.token(number) for number in range(count)]

    def bad_tokens(self, count: int) -> list[str]:
        """As many, each with another signature that does not hold, under the right `kid`."""
        good = self.token()
        return [f"{good[:-40]}{number:06}{good[-34:]}" for number in range(count)]


def _handler(jwks: bytes) -> type[BaseHTTPRequestHandler]:
    class KeySet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(jwks)

        def log_message(self, *_: object) -> None:
            pass

    return KeySet
