"""Which addresses an import may fetch from: the public Internet, and what the operator allows."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from bridge.errors import ImageRefused, TransientHostError

TRANSLATED = IPv6Network("64:ff9b::/96")  # reaches any IPv4 address through a translator


def permitted_address(host: str, port: int, allowed: Iterable[IPv4Network]) -> str:
    """Resolve once and answer one address to use. ImageRefused if any of the name's addresses is not permitted."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise TransientHostError(f"{host} cannot be resolved: {error}") from error
    addresses = [str(each[4][0]) for each in found]
    ranges = tuple(allowed)
    for address in addresses:
        if not _is_permitted(address, ranges):
            raise ImageRefused(f"{host} is at {address}, from where nothing is imported")
    return addresses[0]


def _is_permitted(text: str, allowed: tuple[IPv4Network, ...]) -> bool:
    address = ip_address(text.split("%", maxsplit=1)[0])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            hidden = address in TRANSLATED or address.sixtofour is not None or address.teredo is not None
            return address.is_global and not address.is_multicast and not hidden
        address = address.ipv4_mapped
    if any(address in network for network in allowed):
        return True
    return address.is_global and not address.is_multicast
