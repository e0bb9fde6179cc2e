"""Somebody tried to change what is somebody else's."""

from __future__ import annotations

from .acting import Identity, found, log
from .errors import NotOwner


def not_owner(attempt: str) -> NotOwner:
    """The error for an attempt, which is told to whoever found out who acts: it is a mistake of the application, or no mistake."""
    acting = found()
    if isinstance(acting, Identity) and acting.witness is not None:
        acting.witness(attempt)
    else:
        subject = acting.subject if isinstance(acting, Identity) else None
        log.warning("somebody else's row: %s", attempt, stacklevel=2, extra={"code": NotOwner.code, "subject": subject})
    return NotOwner(attempt)
