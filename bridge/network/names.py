"""The names under which a network appears on a host; each is made from the network's id and fits 15 characters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

NAMESPACE_PREFIX = "jr-"
BRIDGE, TUNNEL, INSIDE, PUBLIC = "jb", "jx", "ji", "jp"
LINK_PREFIXES = (BRIDGE, TUNNEL, INSIDE, PUBLIC)
LAN, WAN = "lan", "wan"  # a router's interfaces, in its namespace
DIGEST_LENGTH = 10


@dataclass(frozen=True)
class Names:
    """Links and namespace of one network."""

    digest: str

    @property
    def bridge(self) -> str:
        """The Linux bridge that joins guests, router and tunnel."""
        return BRIDGE + self.digest

    @property
    def tunnel(self) -> str:
        """The VXLAN link to the other hosts."""
        return TUNNEL + self.digest

    @property
    def inside(self) -> str:
        """The bridge's end of the pair whose other end is the router's `lan`."""
        return INSIDE + self.digest

    @property
    def public(self) -> str:
        """The public bridge's end of the pair whose other end is the router's `wan`."""
        return PUBLIC + self.digest

    @property
    def namespace(self) -> str:
        """The router's network namespace."""
        return NAMESPACE_PREFIX + self.digest

    def mac(self, interface: str) -> str:
        """The router's MAC address on `interface`; it never changes, so that what neighbours remember stays true."""
        digest = hashlib.sha256(f"{self.digest}/{interface}".encode()).digest()
        return ":".join(f"{octet:02x}" for octet in (0x02, *digest[:5]))


def names_of(network: str) -> Names:
    """The names of the network with this id."""
    return Names(hashlib.sha256(network.encode()).hexdigest()[:DIGEST_LENGTH])
