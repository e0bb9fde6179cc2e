"""An issuer in memory."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from typing_extensions import Unpack

from betroth import Keys
from betroth._betroth import Signer, clock_now
from betroth.fastapi import Betroth
from betroth.fastapi.settings import Settings
from betroth.testing import forgery
from betroth.testing.claims import PLACES, Facts, holds, put, written
from betroth.testing.forgery import BAD, Bad

LIFETIME = 900
"""Of a token, in seconds; that of Better Auth."""


class Issuer:
    """Signs tokens, good and bad, with keys that nobody else has, and publishes its key set without a network."""

    url: str
    """`iss` of its tokens."""
    audience: str
    """`aud` of its tokens."""
    algorithm: str
    secret: str | None
    """What it signs with where the algorithm is that of a shared secret."""
    transport: httpx.MockTransport
    """For `Betroth(transport=…)`: answers every address with the key set."""
    fetches: int
    """How often the key set was asked for."""
    is_down: bool
    """Whether the key set is answered with 503; a test sets it."""

    def __init__(
        self,
        url: str = "https://issuer.betroth.test",
        *,
        audience: str | None = None,
        algorithm: str | None = None,
        secret: str | None = None,
        places: Mapping[str, str] | None = None,
        required: Sequence[str] = (),
        types: Sequence[str] = ("",),
    ) -> None:
        """`audience` is the issuer by default, as with Better Auth. `algorithm` is `EdDSA`, with a `secret` `HS256`;
        where it is one of a secret and none is given, there is a new one. `places` says where facts stand among the
        claims, `required` which claims each token has, `types` which `typ` are good, as in a contract.

        Raises `KeyFault` for a secret that is too short and for an algorithm that there is not.
        """
        self.url = url
        self.audience = audience or url
        self.algorithm = algorithm or ("HS256" if secret else "EdDSA")
        is_shared = self.algorithm.startswith("HS")
        self.secret = (secret or secrets.token_urlsafe(64)) if is_shared else None
        self._places = {**PLACES, **(places or {})}
        self._required = tuple(required)
        self._type = None if not types or "" in types else types[0]
        self._numbers = 0
        self._signer = self._new()
        self._published = [self._signer]
        self.transport = httpx.MockTransport(self._answer)
        self.fetches = 0
        self.is_down = False

    @classmethod
    def of(cls, settings: Settings) -> Issuer:
        """The issuer whose tokens a guard with these settings accepts, as far as its own keys go."""
        return cls(
            settings.issuer,
            audience=settings.audience[0],
            algorithm=settings.algorithms[0],
            places=settings.claims,
            required=settings.required,
            types=settings.types,
        )

    def guard(self, **arguments: Any) -> Betroth:
        """A guard that accepts the tokens of this issuer; `arguments` are those of `Betroth`."""
        given: dict[str, Any] = {"audience": self.audience, "algorithms": [self.algorithm], **arguments}
        if self.secret is not None:
            return Betroth(self.url, secret=self.secret, **given)
        return Betroth(self.url, jwks_url=f"{self.url}/api/auth/jwks", transport=self.transport, **given)

    def token(
        self,
        subject: str = "ada",
        *,
        lifetime: int = LIFETIME,
        claims: Mapping[str, object] | None = None,
        **facts: Unpack[Facts],
    ) -> str:
        """A good token that names `subject`, for `lifetime` seconds from now.

        `claims` come as they are, over everything else.
        """
        return self._signer.sign(json.dumps(self._claims(subject, lifetime, claims, facts)))

    def bad(
        self,
        kind: Bad,
        subject: str = "ada",
        *,
        claims: Mapping[str, object] | None = None,
        **facts: Unpack[Facts],
    ) -> str:
        """A token that is good but for one thing; `BAD` has the kinds.

        Raises `ValueError` for a kind that there is not.
        """
        if kind not in BAD:
            raise ValueError(f"there is no bad token `{kind}`; there are {', '.join(f'`{name}`' for name in BAD)}")
        if kind == "garbage":
            return "no-token"
        written = self._claims("" if kind == "nobody" else subject, LIFETIME, claims, facts)
        forgery.changed(kind, written, clock_now())
        text = json.dumps(written)
        signer = self._signer
        if kind == "tampered":
            put(written, self._places["subject"], f"not-{subject}")
            return forgery.tampered(signer.sign(json.dumps(written)), json.loads(text))
        if kind == "unsigned":
            return forgery.unsigned(written)
        if kind == "signature-missing":
            return signer.sign(text).rpartition(".")[0] + "."
        if kind == "another-key":
            return self._foreign(signer.kid).sign(text)
        if kind == "unknown-key":
            return self._foreign("a-key-of-somebody").sign(text)
        if kind == "confused":
            return forgery.confused(signer.jwk or "public", signer.kid, written)
        if kind == "wrong-type":
            return self._again("logout+jwt").sign(text)
        return signer.sign(text)

    def rotate(self, *, keep: bool = True) -> None:
        """Signs with a new key from now on; with `keep` the old ones are still published.

        A shared secret changes only where the guard is told, so there is nothing to rotate: raises `ValueError`.
        """
        if self.secret is not None:
            raise ValueError("an issuer with a shared secret has no key set; make another `Issuer`")
        self._signer = self._new()
        self._published = [*(self._published if keep else []), self._signer]

    def jwks(self) -> str:
        """The key set (RFC 7517 §5), in JSON. Without any key where a secret is shared."""
        keys = [json.loads(signer.jwk) for signer in self._published if signer.jwk is not None]
        return json.dumps({"keys": keys})

    def keys(self) -> Keys:
        """What its tokens are verified with."""
        if self.secret is not None:
            return Keys.from_secret(self.secret, self.algorithm)
        return Keys.from_jwks(self.jwks(), [self.algorithm])

    def _claims(
        self, subject: str, lifetime: int, more: Mapping[str, object] | None, facts: Facts
    ) -> dict[str, Any]:
        now = clock_now()
        claims = {"iss": self.url, "aud": self.audience, "iat": now, "exp": now + lifetime}
        claims.update(written(subject, facts, self._places))
        claims.update(more or {})
        for path in self._required:
            if not holds(claims, path):
                put(claims, path, now if path == "nbf" else secrets.token_hex(8))
        return claims

    def _new(self) -> Signer:
        if self.secret is not None:
            return Signer.from_secret(self.secret, self.algorithm, media_type=self._type)
        self._numbers += 1
        return Signer.generate(self.algorithm, kid=f"key-{self._numbers}", media_type=self._type)

    def _again(self, media_type: str) -> Signer:
        signer = self._signer
        if self.secret is not None:
            return Signer.from_secret(self.secret, self.algorithm, media_type=media_type)
        return Signer.from_pem(signer.pem or "", self.algorithm, kid=signer.kid, media_type=media_type)

    def _foreign(self, kid: str | None) -> Signer:
        if self.secret is not None:
            return Signer.from_secret(secrets.token_urlsafe(64), self.algorithm, kid=kid, media_type=self._type)
        return Signer.generate(self.algorithm, kid=kid, media_type=self._type)

    def _answer(self, _: httpx.Request) -> httpx.Response:
        self.fetches += 1
        if self.is_down:
            return httpx.Response(503, headers={"Retry-After": "1"})
        return httpx.Response(200, content=self.jwks(), headers={"Content-Type": "application/json"})

    def __repr__(self) -> str:
        return f"Issuer({self.url!r}, algorithm={self.algorithm!r})"
