"""The time that tokens are judged at, as a test moves it."""

from __future__ import annotations

from types import TracebackType

from betroth._betroth import clock_now, move_clock


class Clock:
    """Moves the time of every guard and verifier of this process; on leaving it is that of the machine again.

    Only where pytest is loaded: elsewhere a move raises `RuntimeError`. What Python's own clock tells is not moved, nor
    the age of a key set, nor when an open WebSocket ends.
    """

    def __init__(self) -> None:
        self._moved = 0

    def now(self) -> int:
        """The time, in whole seconds since 1970."""
        return clock_now()

    def forward(self, seconds: int) -> int:
        """Moves the time by `seconds`, backward where they are negative, and gives the new one."""
        return self._move(self._moved + seconds)

    def reset(self) -> None:
        """The time of the machine again."""
        self._move(0)

    def _move(self, seconds: int) -> int:
        move_clock(seconds)
        self._moved = seconds
        return clock_now()

    def __enter__(self) -> Clock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.reset()
