"""Which address a request came from, where proxies that are known stand between."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.types import Scope


class Proxies:
    """The proxies whose word on an address is taken."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ipaddress.ip_network(network, strict=False) for network in networks]

    def address(self, scope: Scope) -> str:
        """The address that sent a request: of the connection, or as listed proxies have it, from the right.

        Empty where the server knows none, as on a Unix socket.
        """
        client = scope.get("client")
        address: str = client[0] if client else ""
        if self._networks and self._has(address):
            for name, value in reversed(scope["headers"]):
                if name == b"x-forwarded-for":
                    for hop in reversed(value.decode("latin-1").split(",")):
                        address = _without_port(hop.strip())
                        if not self._has(address):
                            return address
        return address

    def _has(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(parsed in network for network in self._networks)


def _without_port(hop: str) -> str:
    """`192.0.2.1` of `192.0.2.1:443`, `2001:db8::1` of `[2001:db8::1]:443`, as some proxies write them."""
    if hop[:1] == "[":
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
