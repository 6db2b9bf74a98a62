"""The names under which a network appears on a host; each is made from the network's id and fits 15 characters."""

from __future__ import annotations

from dataclasses import dataclass

from javelin.messaging.network_links import DIGEST_LENGTH, LAN, WAN, digest_of, router_mac

__all__ = ["DIGEST_LENGTH", "LAN", "LINK_PREFIXES", "NAMESPACE_PREFIX", "WAN", "Names", "names_of"]

NAMESPACE_PREFIX = "jr-"
BRIDGE, TUNNEL, INSIDE, PUBLIC = "jb", "jx", "ji", "jp"
LINK_PREFIXES = (BRIDGE, TUNNEL, INSIDE, PUBLIC)


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
        """The router's MAC address on `interface`."""
        return router_mac(self.digest, interface)


def names_of(network: str) -> Names:
    """The names of the network with this id."""
    return Names(digest_of(network))
