"""Which keys of a set a token is checked with, where a library leaves that to its caller."""

import json

KINDS = {"HS": "oct", "RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}


def chosen(jwks, kid):
    """The keys with the token's `kid`; where there is none, those without one."""
    keys = [key for key in json.loads(jwks)["keys"] if isinstance(key, dict)]
    named = [key for key in keys if kid is not None and key.get("kid") == kid]
    return named or [key for key in keys if "kid" not in key]


def algorithm(jwk, algorithms):
    """The algorithm of a key: its own, or the only one of the verifier's that fits it."""
    if "alg" in jwk:
        return jwk["alg"] if jwk["alg"] in algorithms else None
    fits = [
        name
        for name in algorithms
        if KINDS[name[:2]] == jwk.get("kty") and CURVES.get(name, jwk.get("crv")) == jwk.get("crv")
    ]
    return fits[0] if len(fits) == 1 else None
