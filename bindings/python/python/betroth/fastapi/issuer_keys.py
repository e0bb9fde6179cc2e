"""The key set that an issuer publishes. When it is fetched is the policy's; how, is told here."""

from __future__ import annotations

import asyncio
import logging
import random
from concurrent.futures import Future
from contextlib import suppress

import httpx

from betroth import Ask, Fetch, KeyFault, KeyPolicy, Keys, Refusal, Verifier
from betroth.fastapi.event import KEYS_FETCHED, KEYS_MISSING, Event, Events
from betroth.fastapi.issuer_http import IssuerHTTP, Unanswered


class IssuerKeys:
    """A verifier whose keys are fetched, one fetch at a time for all threads and event loops of this process."""

    verifier: Verifier
    """With the keys that are held now."""
    policy: KeyPolicy
    """When they are fetched."""

    def __init__(
        self,
        url: str,
        algorithms: tuple[str, ...],
        verifier: Verifier,
        events: Events,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.verifier = verifier
        self._http = IssuerHTTP(url, transport)
        self._algorithms = algorithms
        self._events = events
        self.policy = KeyPolicy(algorithms)
        self._under_way: Future[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, token: str) -> bool:
        """Whether `verifier` has the keys for a token. A fetch that is due begins; no call waits for it here.

        Raises `Refusal` where the token is refused whatever the keys are, or cannot be checked now.
        """
        ask = self.policy.look_for(token)
        return ask is None or self.follow(ask)

    def follow(self, ask: Ask) -> bool:
        """Begins what the policy asks, and says whether the keys that are held serve meanwhile."""
        if ask.fetch is not None:
            self._begin(ask.fetch)
        return not ask.waits

    def warm(self) -> None:
        """Begins a fetch where there are no keys yet."""
        with suppress(Refusal):
            ask = self.policy.look()
            if ask is not None:
                self.follow(ask)

    async def fetched(self) -> None:
        """Waits until the fetch under way has ended, whatever it brought."""
        under_way = self._under_way
        if under_way is None:
            # Another thread was given the order just now.
            await asyncio.sleep(0.01)
            return
        await asyncio.wait([asyncio.wrap_future(under_way)], timeout=6)

    def _begin(self, order: Fetch) -> None:
        done: Future[None] = Future()
        self._under_way = done
        task = asyncio.get_running_loop().create_task(self._fetch(order, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, order: Fetch, done: Future[None]) -> None:
        retry_after = None
        keys = None
        fault = "the fetch was ended"
        try:
            async with self._http.client() as client:
                text = await self._http.get(client, order.timeout)
            keys = Keys.from_jwks(text.decode(), self._algorithms)
        except Unanswered as error:
            fault, retry_after = str(error), error.retry_after
        except UnicodeDecodeError:
            fault = "it is no UTF-8"
        except KeyFault as error:
            fault = str(error)
        finally:
            if keys is None:
                self.policy.failed(order, retry_after)
            elif self.policy.fetched(order, keys, random.getrandbits(32)):
                self.verifier = self.verifier.with_keys(keys)
            done.set_result(None)
            self._tell(keys, fault)

    def _tell(self, keys: Keys | None, fault: str) -> None:
        if keys is None:
            cure = "see that the issuer answers there, and has a key; where it has another address, say `jwks_url`"
            fields = {"url.full": self._http.url, "fault": fault, "cure": cure}
            self._events.tell(Event(KEYS_MISSING, fields, logging.WARNING))
            return
        self._events.tell(Event(KEYS_FETCHED, {"url.full": self._http.url, "keys": len(keys)}))
        for position, kid, code, why in keys.refused:
            fields = {"url.full": self._http.url, "kid": kid or f"number {position + 1}", "code": code, "fault": why}
            self._events.tell(Event(KEYS_MISSING, fields, logging.WARNING))
