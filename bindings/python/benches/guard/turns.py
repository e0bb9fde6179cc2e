"""Figures of rounds that take turns, so that whatever else the machine does falls on all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from apps import ALONE_CORS, BARE, BRIDGE, COLD, EMPTY, EMPTY_CORS, GUISES, WHOLE

Rounds = dict[str, list[float]]
"""Microseconds of CPU for one call, of each round."""


def take_turns(calls: dict[str, Callable[[], object]], rounds: int, count: int) -> Rounds:
    """Each call `count` times in each round."""
    took: Rounds = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(count):
                call()
            took[name].append((time.process_time() - began) / count * 1e6)
    return took


def over(rounds: Rounds, name: str, beside: str) -> float:
    """By how much one takes longer than the other in the same round, in the median."""
    return statistics.median(one - other for one, other in zip(rounds[name], rounds[beside], strict=True))


def tell(title: str, rounds: Rounds, beside: str) -> None:
    """Each median, and how it compares with `beside` in the same round."""
    print(f"\n{title}")
    for name, times in rounds.items():
        ratio = statistics.median(one / other for one, other in zip(times, rounds[beside], strict=True))
        says = f"{ratio:.2f} x" if ratio > 0.2 else f"1/{1 / ratio:.1f}"
        print(f"  {name:44} {statistics.median(times):9.2f} us   {says:>8}")


def tell_requests(title: str, rounds: Rounds, unit: str = "us") -> None:
    """Each median with what it adds to the bare application and to one with a dependency, and how the bridge compares."""
    print(f"\n{title:46} {'whole':>12} {'over bare':>12} {'over empty':>12}")
    for name, guise in GUISES.items():
        if name not in rounds:
            print(f"  {name:44} not installed")
            continue
        empty = EMPTY_CORS if guise.has_cors else EMPTY
        figures = (statistics.median(rounds[name]), over(rounds, name, BARE), over(rounds, name, empty))
        print(f"  {name:44} " + " ".join(f"{figure:9.1f} {unit}" for figure in figures))
    if BRIDGE in rounds:
        bridge = over(rounds, BRIDGE, EMPTY)
        for name, beside in ((ALONE_CORS, EMPTY_CORS), (COLD, EMPTY)):
            print(f"  {name}, over `{beside}`: 1/{bridge / over(rounds, name, beside):.1f} of what {BRIDGE} adds")
        times = over(rounds, BRIDGE, BARE) / over(rounds, WHOLE, BARE)
        print(f"  {WHOLE}, over `{BARE}`: 1/{times:.1f} of what {BRIDGE} adds")
