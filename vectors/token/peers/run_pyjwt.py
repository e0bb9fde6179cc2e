"""Runs tokens by PyJWT, as `answer.py` says."""

import datetime
import warnings

import jwt
import jwt.api_jwt
from answer import answer
from key_choice import algorithm, chosen

warnings.simplefilter("ignore")


class Clock(datetime.datetime):
    """The time of the verifier: the library asks the system's clock, and takes none."""

    unix = 0

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(cls.unix, tz=tz)


jwt.api_jwt.datetime = Clock


def check(token, key, algorithms, verifier):
    Clock.unix = verifier["now"]
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


answer(keys, check)
