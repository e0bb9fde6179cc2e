"""The tokens and keys of `vectors/token`: the same verdict here as in every other host."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from betroth import KeyFault, Keys, Refusal, VerifiedCache, Verifier, VerifierFault

VECTORS = Path(__file__).parents[3] / "vectors" / "token"
VERIFIERS: dict[str, dict[str, Any]] = json.loads((VECTORS / "verifiers.json").read_text("utf-8"))


def keys(given: dict[str, str], algorithms: list[str]) -> Keys:
    if "jwks" in given:
        return Keys.from_jwks(given["jwks"], algorithms)
    if "pem" in given:
        return Keys.from_public_key(given["pem"], algorithms)
    return Keys.from_secret(given["secret"], algorithms[0])


def verifier(settings: dict[str, Any], held: Keys) -> Verifier:
    return Verifier(
        settings["issuer"],
        settings["audiences"],
        held,
        leeway=settings["leeway"],
        max_age=settings["max_age"],
        types=settings["types"],
        required=settings["required"],
    )


def verdict(it: Verifier, token: str, now: int) -> tuple[str, str | None]:
    try:
        it.verify(token, now)
    except Refusal as refusal:
        return refusal.code, refusal.claim
    return "accepted", None


@pytest.mark.parametrize("path", sorted((VECTORS / "tokens").glob("*.json")), ids=lambda path: path.stem)
def test_a_token_gets_its_verdict(path: Path) -> None:
    made = {
        name: verifier(settings, keys(settings["keys"], settings["algorithms"]))
        for name, settings in VERIFIERS.items()
    }
    cache = VerifiedCache()
    cases = json.loads(path.read_text("utf-8"))["cases"]
    assert cases
    for case in cases:
        now = VERIFIERS[case["verifier"]]["now"]
        it = made[case["verifier"]]
        expected = (case["verdict"], case.get("claim"))
        assert verdict(it, case["token"], now) == expected, case["name"]
        for _ in range(2):
            try:
                cache.verify(it, case["token"], now)
                remembered = "accepted"
            except Refusal as refusal:
                remembered = refusal.code
            assert remembered == case["verdict"], case["name"]


@pytest.mark.parametrize("path", sorted((VECTORS / "keys").glob("*.json")), ids=lambda path: path.stem)
def test_keys_are_taken_or_not(path: Path) -> None:
    settings = VERIFIERS["HS256"]
    for case in json.loads(path.read_text("utf-8"))["cases"]:
        try:
            held = keys(case["keys"], case["algorithms"])
        except KeyFault as fault:
            assert fault.code == case["verdict"], case["name"]
            continue
        assert case["verdict"] == "taken", case["name"]
        out = [{"position": position, "code": code} for position, _, code, _ in held.refused]
        assert out == case["out"], case["name"]
        it = verifier(settings, held)
        if case["token"] is not None:
            assert verdict(it, case["token"], settings["now"])[0] == case["token_verdict"], case["name"]


def test_a_verifier_that_would_accept_everything_is_none() -> None:
    held = Keys.none(["EdDSA"])
    for issuer, audience in [("", "a"), ("a", ""), ("a", [])]:
        with pytest.raises(VerifierFault):
            Verifier(issuer, audience, held)
