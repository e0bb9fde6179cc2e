"""How long ago the issuer said who calls."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress

from betroth._betroth import clock_now, seconds_of
from betroth.fastapi.answer import too_old
from betroth.fastapi.session import SessionCredential, SessionFacts
from betroth.fastapi.session.answer import session_ended
from betroth.fastapi.user import Facts

MOST_SAID = 10_000
"""How many answers are remembered."""


def age_in_seconds(age: int | str) -> int:
    """An age in seconds, from a number of them or a text such as `5m`. Raises `ValueError`."""
    with suppress(ValueError):
        seconds = seconds_of(age) if isinstance(age, str) else age
        if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds > 0:
            return seconds
    raise ValueError(f'`fresh` is an age, as in `fresh("5m")` or `fresh(300)`, and not {age!r}')


class Freshness:
    """Asks the issuer whether a person's session still lives, where its last word on that is too old."""

    def __init__(self, sessions: SessionCredential | None) -> None:
        self._sessions = sessions
        self._said: OrderedDict[tuple[str, str], SessionFacts] = OrderedDict()

    async def facts(self, facts: Facts, subject: str, seconds: int) -> Facts:
        """What is known of `subject`, and is no older than `seconds`: the same, or what the issuer says now.

        Raises `Refused` where the session has ended, and where nobody can be asked: whoever calls gets a new token then,
        which asks the issuer too.
        """
        now = clock_now()
        if facts.issued_at is not None and now - facts.issued_at <= seconds:
            return facts
        sessions = self._sessions
        if isinstance(facts, SessionFacts):
            if sessions is not None and sessions.can_ask:
                found = await sessions.ask(facts.token)
                if found.subject != subject:
                    raise session_ended()
                return found
        elif sessions is not None and sessions.can_ask_by_id and facts.session:
            # Several tokens are of one session, and each is held against what was said of it.
            if _claims_more(facts, await self._session(sessions, facts.session, subject, now - seconds)):
                raise too_old(seconds)
            return facts
        raise too_old(seconds)

    async def _session(self, sessions: SessionCredential, session: str, subject: str, since: int) -> SessionFacts:
        """What was said of a session `since` then, in seconds since 1970, or is said of it now. Raises `Refused`."""
        asked = session, subject
        said = self._said.get(asked)
        if said is None or said.issued_at < since:
            said = await sessions.ask_by_id(session, subject)
            self._said[asked] = said
            self._said.move_to_end(asked)
            if len(self._said) > MOST_SAID:
                self._said.popitem(last=False)
        return said


def _claims_more(token: Facts, now: Facts) -> bool:
    """Whether a token says of a person what is no longer so: such a one is exchanged for a new one."""
    return (
        not set(token.roles) <= set(now.roles)
        or not set(token.permissions) <= set(now.permissions)
        or token.organization not in (None, now.organization)
    )
