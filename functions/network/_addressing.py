"""The addresses of a new network: its range, gateway and what guests may have, checked."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from javelin.contract.errors import InvalidParameter

LARGEST, SMALLEST = 8, 29  # prefix lengths


@dataclass(frozen=True)
class Addressing:
    """A network's range; guests have addresses from `first` to `last`, where they are not left open."""

    cidr: IPv4Network
    gateway: IPv4Address
    first: IPv4Address | None
    last: IPv4Address | None

    @property
    def router(self) -> IPv4Address:
        """The address that a router has which is not the gateway: the last one that guests could have."""
        return self.last or self.cidr[-2]


def addressing(
    gateway: str | None, netmask: str | None, start: str | None, end: str | None, default: str
) -> Addressing:
    """The range that the request names; the default one with its first address as gateway when it names none."""
    if (gateway is None) != (netmask is None):
        raise InvalidParameter("gateway and netmask go together: give both or neither.")
    if gateway is None or netmask is None:
        cidr = IPv4Network(default)
        router = cidr[1]
    else:
        router = address(gateway, "gateway")
        try:
            cidr = IPv4Network(f"{router}/{address(netmask, 'netmask')}", strict=False)
        except ValueError:
            raise InvalidParameter(f"{netmask} is no netmask; write 255.255.255.0.") from None
    if not LARGEST <= cidr.prefixlen <= SMALLEST:
        raise InvalidParameter(f"A network's netmask is from /{LARGEST} to /{SMALLEST}, not /{cidr.prefixlen}.")
    if cidr.is_loopback or cidr.is_multicast or cidr.is_link_local or cidr.is_unspecified or cidr.is_reserved:
        raise InvalidParameter(f"{cidr} has another meaning everywhere; choose a private range such as 10.1.1.0/24.")
    first = _inside(cidr, start, "startip")
    last = _inside(cidr, end, "endip") or first
    _inside(cidr, str(router), "gateway")
    if first is None and last is not None:
        raise InvalidParameter("endip needs startip.")
    if first is not None and last is not None and int(first) > int(last):
        raise InvalidParameter(f"startip {first} comes after endip {last}; exchange them.")
    return Addressing(cidr, router, first, last)


def address(text: str, name: str) -> IPv4Address:
    """An IPv4 address. Raises InvalidParameter."""
    try:
        return IPv4Address(text.strip())
    except AddressValueError:
        raise InvalidParameter(f"{name} {text} is no IPv4 address; write 10.1.1.1.") from None


def _inside(cidr: IPv4Network, text: str | None, name: str) -> IPv4Address | None:
    if text is None:
        return None
    found = address(text, name)
    if found not in cidr or found in (cidr.network_address, cidr.broadcast_address):
        raise InvalidParameter(f"{name} {found} is not an address of {cidr}; choose one from {cidr[1]} to {cidr[-2]}.")
    return found
