"""What happened, for logs, metrics and traces."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

logger = logging.getLogger("betroth")

REFUSED = "betroth.token.refused"
RECOVERED = "betroth.token.accepted_after_refusals"
LIMITED = "betroth.limit.reached"
CROSSED = "betroth.rows.cross_owner"
KEYS_FETCHED = "betroth.keys.fetched"
KEYS_MISSING = "betroth.keys.missing"
SESSIONS_UNAVAILABLE = "betroth.sessions.unavailable"
STARTED = "betroth.guard.started"


@dataclass(frozen=True)
class Event:
    """Something that happened; never with a token, nor with any claim but the subject once it is verified."""

    name: str
    """A name that stays, `betroth.token.refused`, in the form of OpenTelemetry's event names."""
    fields: Mapping[str, str | int]
    """`code`, `fault`, `cure`, `kid`, and by the names of OpenTelemetry `http.request.method`, `http.route`, `url.path`,
    `http.response.status_code`, `client.address`, `url.full`, `user.id` once verified: those that are known."""
    level: int = logging.INFO
    """As of `logging`."""


Listener = Callable[[Event], None]


class Events:
    """Hands each event to `logging`, under the name `betroth`, and to every listener."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Listener:
        """Calls `listener` with each event from now on. What it raises is logged and goes no further."""
        self._listeners.append(listener)
        return listener

    def hears(self, level: int) -> bool:
        """Whether anybody is told of an event of this level."""
        return bool(self._listeners) or logger.isEnabledFor(level)

    def tell(self, event: Event) -> None:
        """Tells everybody."""
        if logger.isEnabledFor(event.level):
            words = " ".join(f"{name}={value!r}" for name, value in event.fields.items())
            extra = {f"betroth_{name.replace('.', '_')}": value for name, value in event.fields.items()}
            logger.log(event.level, "%s %s", event.name, words, extra={"event_name": event.name, **extra})
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                logger.exception("a listener of `on_event` failed on %s", event.name)
