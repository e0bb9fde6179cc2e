"""Runs tokens by joserfc, as `answer.py` says."""

import warnings

from answer import answer
from joserfc import jws, jwt
from joserfc.jwk import JWKRegistry, OctKey
from key_choice import KINDS, algorithm, chosen

warnings.simplefilter("ignore")


def claims(verifier):
    required = {name: {"essential": True} for name in ["exp", *verifier["required"]]}
    return jwt.JWTClaimsRegistry(
        now=verifier["now"],
        leeway=verifier["leeway"],
        **{
            **required,
            "iss": {"essential": True, "value": verifier["issuer"]},
            "aud": {"essential": True, "values": verifier["audiences"]},
        },
    )


def keys(token, verifier):
    """Each key that the token may be signed with, with the algorithms that it is for."""
    given, algorithms = verifier["keys"], verifier["algorithms"]
    if "secret" in given:
        yield OctKey.import_key(given["secret"]), algorithms
        return
    if "pem" in given:
        yield JWKRegistry.import_key(given["pem"], KINDS[algorithms[0][:2]]), algorithms
        return
    header = jws.extract_compact(token.encode()).headers()
    for jwk in chosen(given["jwks"], header.get("kid")):
        own = algorithm(jwk, algorithms)
        if own is not None:
            yield JWKRegistry.import_key(jwk), [own]


def check(token, key, algorithms, verifier):
    claims(verifier).validate(jwt.decode(token, key, algorithms=algorithms).claims)


answer(keys, check)
