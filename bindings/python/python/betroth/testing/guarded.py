"""Whether an application lets in nobody but whom it should: each route is called by whoever must not come in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any, TypedDict

from fastapi import FastAPI
from typing_extensions import Unpack

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


class Called(TypedDict, total=False):
    """How an application is called."""

    public: Sequence[str]
    """The routes that anyone may call, as in `["GET /health"]`. Each must be there and be open: it is the list of what is."""
    owner: str
    """The subject whom bad tokens and headers name; `ada` by default."""
    other: str
    """The subject of somebody else; `grace` by default."""
    own: Mapping[str, object]
    """Values of path parameters that belong to `owner`: the routes that have them are called as `other`, too."""
    bodies: Mapping[str, Any]
    """JSON for those calls, so that they come as far as the row: `{"PUT /notes/{id}": {"text": "x"}}`."""
    values: Mapping[str, object]
    """Values of other path parameters; by default 1, or a UUID."""
    facts: Facts
    """What the tokens of both persons say."""
    headers: Sequence[str]
    """In place of `IDENTITY_HEADERS`."""
    lifespan: bool
    """Whether the application is started and stopped."""


def assert_guarded(app: FastAPI, auth: Betroth | None = None, **called: Unpack[Called]) -> None:
    """Raises `AssertionError` that names each route which lets somebody in, who that was, and what to do.

    Each route and WebSocket, mounted applications included, is called with no token, with every token of `BAD`, and with
    headers that name a person: first alone, then beside the token of somebody else. With `own`, it is also called as
    somebody else for what is one person's, deleting at last. The guard is that of `app` unless `auth` says; its keys are
    exchanged meanwhile, and nothing of it is switched off.

    What the application does runs in an event loop of its own, see `assert_guarded_async`. Raises `ValueError` where the
    application has no guard.
    """
    __tracebackhide__ = True
    with ThreadPoolExecutor(1) as thread:
        fault = thread.submit(asyncio.run, _fault(app, auth or guard_of(app), called)).result()
    if fault:
        raise AssertionError(fault)


async def assert_guarded_async(app: FastAPI, auth: Betroth | None = None, **called: Unpack[Called]) -> None:
    """`assert_guarded` in the event loop of the test, for applications whose connections belong to it."""
    __tracebackhide__ = True
    if fault := await _fault(app, auth or guard_of(app), called):
        raise AssertionError(fault)


async def _fault(app: FastAPI, guard: Betroth, called: Called) -> str:
    """What there is to say of an application; an empty text where there is nothing."""
    public = called.get("public", ())
    found = targets(app, called.get("values", {}), called.get("own", {}))
    async with AsyncExitStack() as stack:
        issuer = stack.enter_context(stand_in(guard))
        if called.get("lifespan"):
            await stack.enter_async_context(app.router.lifespan_context(app))
        inspection = _Inspection(app, guard, issuer, called)
        faults = _unknown(public, found)
        for target in found:
            await inspection.strangers(target, is_public=target.name in public)
        for target in sorted(found, key=lambda target: target.method == "DELETE"):
            if target.owned and target.method != WEBSOCKET:
                await inspection.others(target)
        faults += await inspection.vacuous([target for target in found if target.name not in public])
    if holes := inspection.holes:
        faults.append(report(holes, len(found)))
    return "\n".join(faults)


class _Inspection:
    """Calls routes and keeps what it finds."""

    def __init__(self, app: FastAPI, guard: Betroth, issuer: Issuer, called: Called) -> None:
        self.holes: list[Hole] = []
        self._caller = Caller(app)
        self._access = AccessMap(app, guard.settings).by_path()
        facts = called.get("facts", {})
        self._owner = called.get("owner", "ada")
        self._owner_token = issuer.token(self._owner, **facts)
        self._other_token = issuer.token(called.get("other", "grace"), **facts)
        self._bad = {kind: issuer.bad(kind, self._owner, **facts) for kind in BAD}
        self._headers = called.get("headers", IDENTITY_HEADERS)
        self._bodies = called.get("bodies", {})

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
