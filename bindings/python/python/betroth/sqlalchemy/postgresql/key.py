"""The key that the program and the database share, and what the program signs with it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

from ..acting import Acting, Identity, System
from ..errors import IsolationSetup


class IsolationKey:
    """A secret of at least 32 bytes, given as text. It is never shown."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """# Errors
        `IsolationSetup` if the secret is shorter than 32 bytes or has few different characters.
        """
        data = secret.encode() if isinstance(secret, str) else b""
        if len(data) < 32 or len(set(data)) < 10:
            raise IsolationSetup("the key of the database layer needs at least 32 random bytes: make one with `openssl rand -base64 32`")
        self._secret = data

    def __repr__(self) -> str:
        return "IsolationKey(…)"

    def blocks(self) -> tuple[str, str]:
        """The inner and the outer padded key block of HMAC with SHA-256 (RFC 2104), in hexadecimal digits, as the database stores them."""
        secret = self._secret if len(self._secret) <= 64 else hashlib.sha256(self._secret).digest()
        block = secret.ljust(64, b"\0")
        return bytes(byte ^ 0x36 for byte in block).hex(), bytes(byte ^ 0x5C for byte in block).hex()

    def sign(self, acting: Acting | None, backend: int, now: float | None = None) -> tuple[str, str]:
        """The payload that names who acts, for one server process and from now (seconds since 1970), and its MAC in hexadecimal digits."""
        payload = json.dumps(
            {
                "kind": "system" if isinstance(acting, System) else "person" if isinstance(acting, Identity) else "nobody",
                "subject": acting.subject if isinstance(acting, Identity) else None,
                "organization": acting.organization if isinstance(acting, Identity) else None,
                "backend": backend,
                "at": int(time.time() if now is None else now),
            },
            separators=(",", ":"),
        )
        return payload, hmac.new(self._secret, b"enter|" + payload.encode(), hashlib.sha256).hexdigest()
