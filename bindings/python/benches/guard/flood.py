"""What it costs to turn away strangers, beside as many requests for what is not there."""

from __future__ import annotations

import logging

from apps import depending, guard, nothing
from fastapi import FastAPI
from in_process import bearer, call, cost
from issuer import Issuer
from turns import Rounds

ROUNDS, COUNT = 101, 15
NOT_FOUND = "404 of an application without a guard"
ATTACKER = "192.0.2.1"


async def requests(issuer: Issuer) -> Rounds:
    """Each round comes from an address of its own, except where the address is over its limit."""
    # What is told of each is not shown here, but made as everywhere.
    logging.getLogger("betroth").addHandler(logging.NullHandler())
    plain = depending(nothing)
    app = guard(issuer.url).protect(depending(nothing, FastAPI()))
    good, bad = issuer.token(), issuer.bad_tokens((ROUNDS + 1) * COUNT)
    huge = "a" * 1_000_000
    assert await call(app, bearer(good), address=ATTACKER) == 200
    rounds: Rounds = {}

    def took(name: str, microseconds: float) -> None:
        rounds.setdefault(name, []).append(microseconds)

    for number in range(ROUNDS):
        tokens = bad[number * COUNT : (number + 1) * COUNT]
        took(NOT_FOUND, await cost(plain, tokens, 404, path="/none"))
        address = f"198.51.100.{number}"
        took("bad tokens, below the limit", await cost(app, tokens, 401, address=address))
        for token in bad[-25:]:
            await call(app, bearer(token), address=ATTACKER)
        took("bad tokens, over the limit", await cost(app, tokens, 429, address=ATTACKER))
        took("a token accepted before, over the limit", await cost(app, [good] * COUNT, 200, address=ATTACKER))
        address = f"203.0.113.{number}"
        took("no credential", await cost(app, [None] * COUNT, 401, address=address))
        took("a header of 1 MB", await cost(app, [huge] * COUNT, 401, address=address))
    return rounds
