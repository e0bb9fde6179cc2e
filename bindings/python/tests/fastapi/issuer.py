"""An issuer in memory, whose key set comes over a transport that tests count and break."""

import json
import time
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from betroth.fastapi import Betroth

URL = "https://app.example.com"


class Issuer:
    """Signs with EdDSA; `status` is what its key set is answered with."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.fetches = 0
        self.status = 200
        self.transport = httpx.MockTransport(self._answer)

    def token(self, **claims: Any) -> str:
        now = int(time.time())
        payload = {"iss": URL, "aud": URL, "sub": "ada", "iat": now, "exp": now + 900, **claims}
        return jwt.encode(payload, self.key, "EdDSA", {"kid": "k1"})

    def bearer(self, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**claims)}"}

    def guard(self, **arguments: Any) -> Betroth:
        return Betroth(URL, transport=self.transport, **arguments)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == f"{URL}/api/auth/jwks"
        self.fetches += 1
        if self.status != 200:
            return httpx.Response(self.status, headers={"Location": "https://evil.example/jwks", "Retry-After": "7"})
        jwk = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(self.key.public_key()))
        return httpx.Response(200, json={"keys": [{**jwk, "kid": "k1", "alg": "EdDSA"}]})


def client(app: FastAPI, address: str = "203.0.113.7") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://api")
