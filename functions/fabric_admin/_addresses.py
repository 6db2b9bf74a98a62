"""Ranges of IPv4 addresses as operators give them: gateway, netmask, first and last."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from javelin.contract.errors import InvalidParameter


@dataclass(frozen=True)
class Range:
    """Addresses from `first` to `last` in `network`, which `gateway` is in but not among them."""

    network: IPv4Network
    gateway: IPv4Address
    first: IPv4Address
    last: IPv4Address

    @property
    def size(self) -> int:
        """How many addresses there are."""
        return int(self.last) - int(self.first) + 1

    def overlaps(self, first: str, last: str) -> bool:
        """Whether any address is also between these two."""
        return self.first <= IPv4Address(last) and IPv4Address(first) <= self.last


def read_range(gateway: str, netmask: str, start: str, end: str | None) -> Range:
    """The range; a missing end means one address. Raises InvalidParameter with what is wrong."""
    router = _address("gateway", gateway)
    try:
        network = IPv4Network(f"{gateway}/{netmask}", strict=False)
    except ValueError:
        raise InvalidParameter(f"netmask {netmask} is not a netmask; write 255.255.255.0.") from None
    first = _address("startip", start)
    last = _address("endip", end or start)
    if first > last:
        raise InvalidParameter(f"startip {first} is after endip {last}; swap them.")
    if first not in network or last not in network:
        raise InvalidParameter(f"The range {first}-{last} is not in {network}, where gateway and netmask put it.")
    if network.prefixlen < 31 and (first == network.network_address or last == network.broadcast_address):
        raise InvalidParameter(f"The range {first}-{last} holds the network or broadcast address of {network}.")
    if first <= router <= last:
        raise InvalidParameter(f"The gateway {router} is inside the range {first}-{last}; leave it out.")
    return Range(network, router, first, last)


def _address(name: str, text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except ValueError:
        raise InvalidParameter(f"{name} {text} is not an IPv4 address; write 192.168.1.1.") from None
