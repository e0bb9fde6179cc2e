"""Whether a session still lives: asked of whoever keeps it."""

from __future__ import annotations

from typing import Protocol

from betroth.fastapi.session.facts import Row


class Unavailable(Exception):
    """Nobody can say now whether a session lives; the text says why, and shows no value of a request."""

    def __init__(self, text: str, cure: str, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.cure = cure
        self.retry_after = retry_after


class Lookup(Protocol):
    """Finds the rows `session` and `user`, with the names that `/get-session` has."""

    place: str
    """Where it asks, for the log."""
    finds_ids: bool
    """Whether it knows sessions by their id."""

    async def by_token(self, token: str, cookie: str | None) -> tuple[Row, Row] | None:
        """The rows of the session with that token, which came under the name `cookie` if it came in one.

        `None` where there is none. Raises `Unavailable`.
        """

    async def by_id(self, session: str) -> tuple[Row, Row] | None:
        """The rows of the session with that id. Raises `Unavailable`."""
