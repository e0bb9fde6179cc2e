"""How many refused tokens an address may send. Nothing that a stranger can choose for others is counted."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Sequence

from starlette.types import Scope

MOST_ADDRESSES = 10_000
"""How many are kept; beyond that the oldest is forgotten."""


class FailureLimit:
    """Counts the failures of each address, in windows that begin with the first of them."""

    def __init__(self, failures: int, seconds: int, trusted_proxies: Sequence[str]) -> None:
        self._most = failures
        self._seconds = seconds
        self._proxies = [ipaddress.ip_network(proxy, strict=False) for proxy in trusted_proxies]
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def __bool__(self) -> bool:
        """Whether there was a failure lately, so that an address is worth looking at."""
        return bool(self._counts)

    def blocked(self, address: str) -> int:
        """For how many seconds an address is over its limit; 0 where it is not."""
        began, count = self._counts.get(address, (0.0, 0))
        left = began + self._seconds - time.monotonic()
        if left <= 0:
            self._counts.pop(address, None)
            return 0
        return int(left) + 1 if count >= self._most else 0

    def failed(self, address: str) -> bool:
        """Counts a failure, and says whether it is the one that reaches the limit."""
        now = time.monotonic()
        began, count = self._counts.get(address, (now, 0))
        if began + self._seconds <= now:
            began, count = now, 0
        self._counts[address] = (began, count + 1)
        if len(self._counts) > MOST_ADDRESSES:
            self._counts.popitem(last=False)
        return count + 1 == self._most

    def failures(self, address: str) -> int:
        """How many failures an address had lately."""
        return self._counts.get(address, (0.0, 0))[1]

    def address(self, scope: Scope) -> str:
        """The address that sent a request: of the connection, or as listed proxies have it, from the right.

        IPv6 counts by /64, which is what one host is given.
        """
        client = scope.get("client")
        address = client[0] if client else ""
        if self._proxies and self._is_proxy(address):
            for name, value in reversed(scope["headers"]):
                if name == b"x-forwarded-for":
                    for hop in reversed(value.decode("latin-1").split(",")):
                        address = hop.strip()
                        if not self._is_proxy(address):
                            return _network(address)
        return _network(address)

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(parsed in proxy for proxy in self._proxies)


def _network(address: str) -> str:
    if ":" not in address:
        return address[:64]
    try:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    except ValueError:
        return address[:64]
