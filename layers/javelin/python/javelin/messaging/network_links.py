"""What hosts make of a network and the cloud tells of it: the router's MAC addresses, and the largest frame content."""

from __future__ import annotations

import hashlib

LAN, WAN = "lan", "wan"  # a router's interfaces: inside, and to the outside world
DIGEST_LENGTH = 10
MTU, VXLAN_MTU = 1500, 1450  # a tunnel's headers take 50 bytes of every frame


def digest_of(network_id: str) -> str:
    """What the names of a network's links on every host are made from."""
    return hashlib.sha256(network_id.encode()).hexdigest()[:DIGEST_LENGTH]


def router_mac(digest: str, interface: str) -> str:
    """The router's MAC address on `interface`; it never changes, so that what neighbours remember stays true."""
    octets = hashlib.sha256(f"{digest}/{interface}".encode()).digest()[:5]
    return ":".join(f"{octet:02x}" for octet in (0x02, *octets))


def mtu_of(vni: int | None) -> int:
    """The largest frame content that crosses the whole segment; it does not depend on who its peers are just now."""
    return VXLAN_MTU if vni else MTU
