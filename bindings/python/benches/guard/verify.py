"""A token without a request."""

from __future__ import annotations

import jwt
from issuer import Issuer
from turns import take_turns, tell

from betroth import Keys, VerifiedCache, Verifier

SECRET = "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWducyBpdA=="
ROUNDS = 101


def measure(issuer: Issuer) -> None:
    """Prints what a verification costs, beside PyJWT with a key that it holds."""
    hs256 = jwt.encode(issuer.claims(), SECRET, "HS256")
    token = issuer.token()
    by_secret = Verifier(issuer.url, issuer.url, Keys.from_secret(SECRET))
    by_key = Verifier(issuer.url, issuer.url, Keys.from_jwks(issuer.jwks, ["EdDSA"]))
    cache = VerifiedCache()
    named = {"audience": issuer.url, "issuer": issuer.url}
    rounds = take_turns(
        {
            "PyJWT": lambda: jwt.decode(hs256, SECRET, ["HS256"], **named),
            "betroth": lambda: by_secret.verify(hs256),
            "betroth, with all claims as a dict": lambda: by_secret.verify(hs256).claims,
        },
        ROUNDS,
        300,
    )
    tell("verify, HS256", rounds, "PyJWT")
    rounds = take_turns(
        {
            "PyJWT": lambda: jwt.decode(token, issuer.public, ["EdDSA"], **named),
            "betroth": lambda: by_key.verify(token),
            "betroth, accepted before": lambda: cache.verify(by_key, token),
        },
        ROUNDS,
        50,
    )
    tell("verify, EdDSA", rounds, "PyJWT")
