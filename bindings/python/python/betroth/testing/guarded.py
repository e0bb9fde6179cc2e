"""Whether an application lets in nobody but whom it should: each route is called by whoever must not come in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

from fastapi import FastAPI

from betroth.fastapi import Betroth
from betroth.fastapi.access import AccessMap
from betroth.testing.caller import Answer, Caller
from betroth.testing.claims import Facts
from betroth.testing.forgery import BAD
from betroth.testing.hole import Hole, report
from betroth.testing.issuer import Issuer
from betroth.testing.replacement import guard_of, stand_in
from betroth.testing.target import WEBSOCKET, Target, targets

IDENTITY_HEADERS = (
    "X-User-Id",
    "X-User",
    "X-User-Email",
    "X-Authenticated-User",
    "X-Authenticated-Userid",
    "X-Auth-Request-User",
    "X-Forwarded-User",
    "X-Remote-User",
    "Remote-User",
)
"""In which proxies and gateways say who calls. Those that a handler names are tried, too."""


def assert_guarded(app: FastAPI, auth: Betroth | None = None, **arguments: Any) -> None:
    """`assert_guarded_async` for tests that are not async; what the application does runs in an event loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, assert_guarded_async(app, auth, **arguments)).result()


async def assert_guarded_async(
    app: FastAPI,
    auth: Betroth | None = None,
    *,
    public: Sequence[str] = (),
    owner: str = "ada",
    other: str = "grace",
    own: Mapping[str, object] | None = None,
    values: Mapping[str, object] | None = None,
    bodies: Mapping[str, Any] | None = None,
    facts: Facts | None = None,
    headers: Sequence[str] = IDENTITY_HEADERS,
    lifespan: bool = False,
) -> None:
    """Raises `AssertionError` that names each route which lets somebody in, who that was, and what to do.

    Each route and WebSocket, mounted applications included, is called with no token, with every token of `BAD`, and with
    `headers` that name `owner`: first alone, then in a request of `other`. With `own`, which holds values of path parameters
    that are `owner`'s, the routes that have them are called as `other` with the body in `bodies` (`{"PUT /notes/{id}": {…}}`),
    those that delete at last. `values` fills other path parameters; `facts` are those of both persons.

    `public` holds the routes that anyone may call, as in `["GET /health"]`; each must be there and be open, so that the test
    is the list of what is. The guard is that of `app` unless `auth` says; its keys are exchanged meanwhile, and nothing
    of it is switched off. With `lifespan` the application is started and stopped.

    Raises `ValueError` where the application has no guard.
    """
    guard = auth or guard_of(app)
    found = targets(app, values or {}, own or {})
    async with AsyncExitStack() as stack:
        issuer = stack.enter_context(stand_in(guard))
        if lifespan:
            await stack.enter_async_context(app.router.lifespan_context(app))
        inspection = _Inspection(app, guard, issuer, owner, other, facts or {}, headers, bodies or {})
        faults = _unknown(public, found)
        for target in found:
            await inspection.strangers(target, is_public=target.name in public)
        for target in sorted(found, key=lambda target: target.method == "DELETE"):
            if target.owned and target.method != WEBSOCKET:
                await inspection.others(target)
        faults += await inspection.vacuous([target for target in found if target.name not in public])
    if holes := inspection.holes:
        faults.append(report(holes, len(found)))
    if faults:
        raise AssertionError("\n".join(faults))


class _Inspection:
    """Calls routes and keeps what it finds."""

    def __init__(
        self,
        app: FastAPI,
        guard: Betroth,
        issuer: Issuer,
        owner: str,
        other: str,
        facts: Facts,
        headers: Sequence[str],
        bodies: Mapping[str, Any],
    ) -> None:
        self.holes: list[Hole] = []
        self._caller = Caller(app)
        self._access = AccessMap(app, guard.settings).by_path()
        self._owner = owner
        self._owner_token = issuer.token(owner, **facts)
        self._other_token = issuer.token(other, **facts)
        self._bad = {kind: issuer.bad(kind, owner, **facts) for kind in BAD}
        self._headers = headers
        self._bodies = bodies

    async def strangers(self, target: Target, *, is_public: bool) -> None:
        """Calls without a token that holds."""
        answer = await self._caller.call(target)
        if is_public:
            if answer.refuses:
                told = f"`public` names it, and without a token it answered {answer.status}: take it out of `public`"
                self.holes.append(Hole(target, "unproven", told))
            if self._access.get((target.method, target.route)) == "optional":
                await self._with_bad_tokens(target)
            return
        believed = await self._believed(target, None, answer)
        if believed:
            return
        if answer.is_unavailable:
            self.holes.append(Hole(target, "unproven", _nothing_shown("no token", answer)))
            return
        if not answer.refuses:
            self.holes.append(Hole(target, "open", f"let in without a token: {_told(answer)}"))
            return
        await self._with_bad_tokens(target)
        if target.method == "GET":
            await self._believed(target, self._other_token, await self._caller.call(target, self._other_token))

    async def others(self, target: Target) -> None:
        """Calls as somebody else for what is the owner's."""
        body = self._bodies.get(target.name)
        if target.method == "GET":
            answer = await self._caller.call(target, self._owner_token)
            if not answer.is_success:
                told = f"answered its owner {answer.status}, so nothing is shown: name in `own` what is theirs"
                self.holes.append(Hole(target, "unproven", told))
                return
        answer = await self._caller.call(target, self._other_token, body=body)
        if answer.status == 422:
            told = f"answered 422 before it looked whose it is: give a body it takes, `bodies={{{target.name!r}: …}}`"
            self.holes.append(Hole(target, "unproven", told))
        elif answer.is_success or answer.status >= 500:
            self.holes.append(Hole(target, "other", f"let in somebody else to what is the owner's: {_told(answer)}"))

    async def vacuous(self, targets: Sequence[Target]) -> list[str]:
        """What there is to say where not even a good token is let in, so that a refusal shows nothing."""
        targets = [target for target in targets if target.method != WEBSOCKET]
        # Those that only read come first, for one is enough.
        for target in sorted(targets, key=lambda target: target.method != "GET"):
            answer = await self._caller.call(target, self._owner_token)
            if answer.status != 401 and not answer.is_unavailable:
                return []
        if not targets:
            return []
        return ["no route let in a person with a good token, so nothing is shown: is `auth` the guard of these routes?"]

    async def _with_bad_tokens(self, target: Target) -> None:
        for kind, token in self._bad.items():
            answer = await self._caller.call(target, token)
            if answer.is_unavailable:
                # Whether the issuer has such a key by now may be asked only so often.
                if kind != "unknown-key":
                    self.holes.append(Hole(target, "unproven", _nothing_shown(BAD[kind], answer)))
                    return
            elif not answer.refuses:
                self.holes.append(Hole(target, "token", f"let in with {BAD[kind]}: {_told(answer)}"))

    async def _believed(self, target: Target, token: str | None, plain: Answer) -> bool:
        """Whether a header that names the owner changes what is answered."""
        names = dict.fromkeys((*self._headers, *target.headers))
        written = {name: self._owner for name in names}
        if not await self._differs(target, token, plain, written):
            return False
        alone = [name for name in names if await self._differs(target, token, plain, {name: self._owner})]
        who = "without a token" if token is None else "as somebody else"
        which = " or ".join(f"`{name}`" for name in alone) or "several together"
        self.holes.append(Hole(target, "header", f"believed a header that names a person, {which}, {who}"))
        return True

    async def _differs(self, target: Target, token: str | None, plain: Answer, headers: Mapping[str, str]) -> bool:
        answer = await self._caller.call(target, token, headers)
        if not answer.is_success or (answer.status, answer.body) == (plain.status, plain.body):
            return False
        if not plain.is_success:
            return True
        # What differs from call to call anyway says nothing.
        again = await self._caller.call(target, token)
        return again.body == plain.body


def _told(answer: Answer) -> str:
    if answer.status == 422:
        return "it answered 422, so the request was read before anybody asked who calls"
    if answer.status == 101:
        return "the WebSocket was accepted"
    return f"it answered {answer.status}"


def _nothing_shown(sent: str, answer: Answer) -> str:
    return f"answered {answer.status} to {sent}, so nothing is shown: where `auth` is its guard, keys are at hand"


def _unknown(public: Sequence[str], found: Sequence[Target]) -> list[str]:
    names = [target.name for target in found]
    has = ", ".join(f"`{name}`" for name in names)
    return [f"`public` names `{name}`, which is none of the routes: {has}" for name in public if name not in names]
