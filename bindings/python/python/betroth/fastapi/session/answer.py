"""What is answered where a session lets nobody in."""

from __future__ import annotations

from collections.abc import Mapping

from betroth import SessionFault
from betroth.fastapi.answer import Reason, Refused, malformed

SIGN_AGAIN = "have API and Better Auth hold the same `BETTER_AUTH_SECRET`; after a change people sign in again"
RENEW = "have the front end ask for its session, which writes the cache anew"
CURES: Mapping[str, str] = {
    "cookie-ambiguous": "delete the cookies of the site in the browser; see whether a sub-domain sets one of the same name",
    "cookie-malformed": "hand the cookie on as it came, with its escapes",
    "signature-missing": "send what the header `set-auth-token` gave, or the cookie: a session token alone is not signed",
    "signature-malformed": "hand the cookie or token on as it came, with its escapes",
    "signature-mismatch": SIGN_AGAIN,
    "too-large": "see what fills the cookies of the site",
    "cache-expired": RENEW,
    "cache-other-session": RENEW,
    "cache-other-version": "leave `session.cookieCache.version` of Better Auth as it is by default, or `cookie-cache` out of `accept`",
    "cache-malformed": "say in the contract how Better Auth writes the cache: `session.strategy`",
}
"""What to do, by the code of the fault."""

MALFORMED = ("cookie-ambiguous", "too-large")
"""Faults for which nobody can say what was meant."""


def session_refused(fault: SessionFault) -> Refused:
    """The answer to a session that Better Auth did not sign, or that can be read in two ways."""
    return refused_as(fault.code, str(fault))


def refused_as(code: str, text: str) -> Refused:
    """The answer to a session for the fault of that code."""
    cure = CURES.get(code, SIGN_AGAIN)
    if code in MALFORMED:
        return malformed(code, text, cure)
    # What stands in a cache is looked at behind a session that Better Auth signed.
    return _not_accepted(Reason(code=code, text=text, cure=cure), is_guess=not code.startswith("cache-"))


def session_ended() -> Refused:
    """The answer to a session that has expired, was revoked or signed out, or whose user is banned."""
    text = "the session has ended, was revoked, or its user is banned"
    return _not_accepted(Reason(code="session-ended", text=text, cure="sign in again"), is_guess=False)


def sessions_unavailable(text: str, cure: str, retry_after: int | None) -> Refused:
    """The answer where nobody can say now whether a session lives."""
    reason = Reason(code="sessions-unavailable", text=text, cure=cure)
    headers = {"Retry-After": str(retry_after or 5)}
    return Refused(503, "unavailable", "sessions cannot be checked at the moment", reason=reason, headers=headers)


def _not_accepted(reason: Reason, *, is_guess: bool) -> Refused:
    detail = "the session is not accepted"
    challenge = f'Bearer error="invalid_token", error_description="{detail}"'
    headers = {"WWW-Authenticate": challenge}
    return Refused(401, "invalid_token", detail, reason=reason, headers=headers, is_guess=is_guess)
