"""Tokens that no guard may accept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Literal

Bad = Literal[
    "expired",
    "not-yet-valid",
    "issued-in-future",
    "foreign-issuer",
    "foreign-audience",
    "tampered",
    "unsigned",
    "signature-missing",
    "another-key",
    "unknown-key",
    "confused",
    "wrong-type",
    "bound",
    "no-expiry",
    "nobody",
    "garbage",
]

BAD: Mapping[Bad, str] = {
    "expired": "a token that expired an hour ago",
    "not-yet-valid": "a token that is valid in an hour",
    "issued-in-future": "a token that was issued in an hour",
    "foreign-issuer": "a token that names another issuer",
    "foreign-audience": "a token for another audience",
    "tampered": "a token that was changed after it was signed",
    "unsigned": "a token with `alg` none",
    "signature-missing": "a token without its signature",
    "another-key": "a token of another key under the same `kid`",
    "unknown-key": "a token of a key that the issuer does not have",
    "confused": "a token signed with the public key as a secret",
    "wrong-type": "a token of another kind, by `typ`",
    "bound": "a token that is bound to a key, without its proof",
    "no-expiry": "a token that never expires",
    "nobody": "a token that names nobody",
    "garbage": "a text that is no token",
}
"""Each kind, and what it is."""

HOUR = 3600


def changed(kind: Bad, claims: dict[str, Any], now: int) -> None:
    """Makes the claims those of a bad token; a kind whose fault is elsewhere leaves them."""
    if kind == "expired":
        claims.update(iat=now - 2 * HOUR, exp=now - HOUR)
    elif kind == "not-yet-valid":
        claims.update(nbf=now + HOUR, exp=now + 2 * HOUR)
    elif kind == "issued-in-future":
        claims.update(iat=now + HOUR, exp=now + 2 * HOUR)
    elif kind == "foreign-issuer":
        claims["iss"] = "https://foreign.betroth.test"
    elif kind == "foreign-audience":
        claims["aud"] = "https://foreign.betroth.test"
    elif kind == "bound":
        claims["cnf"] = {"jkt": encoded(hashlib.sha256(b"a key of somebody").digest())}
    elif kind == "no-expiry":
        claims.pop("exp", None)


def tampered(token: str, claims: Mapping[str, Any]) -> str:
    """The token with other claims under its signature."""
    header, _, signature = token.split(".")
    return f"{header}.{part(claims)}.{signature}"


def unsigned(claims: Mapping[str, Any]) -> str:
    """A token with `alg` none (RFC 7519 §6)."""
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def confused(jwk: str, kid: str | None, claims: Mapping[str, Any]) -> str:
    """A token with a MAC whose secret is the published key (RFC 8725 §2.1)."""
    signed = f"{part({'alg': 'HS256', 'kid': kid})}.{part(claims)}"
    return f"{signed}.{encoded(hmac.digest(jwk.encode(), signed.encode(), 'sha256'))}"


def part(content: Mapping[str, Any]) -> str:
    """One part of a token (RFC 7515 §7.1)."""
    return encoded(json.dumps(content).encode())


def encoded(content: bytes) -> str:
    """base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
