"""Who calls by a token."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import httpx

from betroth import Ask, Keys, Refusal, Verified, VerifiedCache, Verifier, VerifierFault
from betroth.fastapi.answer import refused
from betroth.fastapi.event import Events
from betroth.fastapi.fault import SettingsFault
from betroth.fastapi.issuer_keys import IssuerKeys
from betroth.fastapi.settings import Settings


class TokenCredential:
    """Verifies the tokens of an issuer, with keys that are held or fetched, and remembers those that hold."""

    def __init__(self, settings: Settings, events: Events, transport: httpx.AsyncBaseTransport | None) -> None:
        """Raises `SettingsFault` where there can be no such verifier."""
        try:
            self._verifier = Verifier(
                settings.issuer,
                settings.audience,
                settings.keys or Keys.none(settings.algorithms),
                leeway=settings.leeway,
                max_age=settings.max_age,
                types=settings.types,
                required=settings.required,
                claims=settings.claims,
            )
        except (VerifierFault, ValueError) as fault:
            raise SettingsFault([str(fault)]) from None
        self._cache = VerifiedCache()
        self._keys: IssuerKeys | None = None
        if settings.jwks_url is not None:
            self._keys = IssuerKeys(settings.jwks_url, settings.algorithms, self._verifier, events, transport)

    def warm(self) -> None:
        """Begins to fetch the keys. Nobody waits for them."""
        if self._keys is not None:
            self._keys.warm()

    def recognize(self, headers: Iterable[tuple[bytes, bytes]]) -> Verified | None:
        """The token among the headers of a scope, where it was accepted before and that can be told at once.

        A fetch of keys that is due begins.
        """
        keys, cache = self._keys, self._cache
        if keys is None:
            return cache.find_bearer(self._verifier, headers)
        try:
            found = cache.find_bearer(keys.verifier, headers, keys.policy)
        except Refusal:
            return None
        if isinstance(found, Ask):
            return cache.find_bearer(keys.verifier, headers) if keys.follow(found) else None
        return found

    async def find(self, token: str, skip: Callable[[], bool]) -> Verified | None:
        """The token, if it holds; `None` where `skip` says that nobody minds, which is asked before anything is waited for.

        Raises `Refused`.
        """
        try:
            verified = self._glance(token)
            if verified is None and not skip():
                verified = await self._wait_for(token)
        except Refusal as refusal:
            raise refused(refusal) from None
        return verified

    def _glance(self, token: str) -> Verified | None:
        """The token, if it holds; `None` where the keys must be fetched first. Raises `Refusal`."""
        if self._keys is not None and not self._keys.look(token):
            return None
        return self._cache.verify(self._held(), token)

    async def _wait_for(self, token: str) -> Verified:
        # It ends: the policy gives out few fetches, and none that does not end.
        while True:
            if self._keys is not None:
                await self._keys.fetched()
            if (verified := self._glance(token)) is not None:
                return verified

    def _held(self) -> Verifier:
        return self._keys.verifier if self._keys is not None else self._verifier
