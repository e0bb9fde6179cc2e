"""Runs tokens by PyJWT: `{verifiers, tokens: [[verifier, token], …]}` from standard input, a list of booleans to standard output."""

import datetime
import json
import sys
import warnings

import jwt
import jwt.api_jwt
from key_choice import algorithm, chosen

warnings.simplefilter("ignore")


class Clock(datetime.datetime):
    """The time of the verifier: the library asks the system's clock, and takes none."""

    unix = 0

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(cls.unix, tz=tz)


jwt.api_jwt.datetime = Clock


def decode(token, key, algorithms, verifier):
    jwt.decode(
        token,
        key,
        algorithms=algorithms,
        issuer=verifier["issuer"],
        audience=verifier["audiences"],
        leeway=verifier["leeway"],
        options={
            "require": ["exp", "iss", "aud", *verifier["required"]],
            "enforce_minimum_key_length": True,
        },
    )


def keys(token, verifier):
    """Each key that the token may be signed with, with the algorithms that it is for."""
    given, algorithms = verifier["keys"], verifier["algorithms"]
    if "jwks" not in given:
        yield given.get("secret", given.get("pem")), algorithms
        return
    for jwk in chosen(given["jwks"], jwt.get_unverified_header(token).get("kid")):
        own = algorithm(jwk, algorithms)
        if own is not None and jwk.get("use", "sig") == "sig":
            yield jwt.PyJWK(jwk, own), [own]


def accepts(token, verifier):
    Clock.unix = verifier["now"]
    try:
        tried = list(keys(token, verifier))
    except Exception:
        return False
    for key, algorithms in tried:
        try:
            decode(token, key, algorithms, verifier)
            return True
        except Exception:
            continue
    return False


given = json.load(sys.stdin)
verifiers = given["verifiers"]
json.dump([accepts(token, verifiers[index]) for index, token in given["tokens"]], sys.stdout)
