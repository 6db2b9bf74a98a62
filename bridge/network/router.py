"""A network's router: a namespace between the segment and the public bridge, with addresses, routes and rules."""

from __future__ import annotations

import json
from collections.abc import Iterable
from ipaddress import IPv4Interface
from pathlib import Path

from bridge.errors import HostCommandFailed
from bridge.network import nftables
from bridge.network.names import LAN, WAN, Names, names_of
from bridge.network.namespaces import exists, identity, inside, write_sysctls
from bridge.network.segments import bridge_of
from bridge.network.tools import delete_link, ip, link_exists, run, write_whole
from javelin.messaging.host_commands import ApplyNetwork, Guest
from javelin.messaging.network_links import mtu_of

METADATA = IPv4Interface("169.254.169.254/32")
SYSCTLS = {
    "ipv6/conf/all/disable_ipv6": "1",
    "ipv6/conf/default/disable_ipv6": "1",
    "ipv4/ip_forward": "1",
    "ipv4/conf/all/rp_filter": "1",
    "ipv4/conf/default/rp_filter": "1",
    "ipv4/conf/all/arp_ignore": "1",  # an address is known only on the side that has it
    "ipv4/conf/default/arp_notify": "1",  # neighbours learn at once that an address has moved here
    "ipv4/conf/all/accept_redirects": "0",
    "ipv4/conf/all/send_redirects": "0",
}


class Router:
    """The namespace of one network's router."""

    def __init__(self, runtime: Path, network: str) -> None:
        self._names: Names = names_of(network)
        self._built = runtime / self._names.digest / "router.json"

    def is_as_described(self, network: ApplyNetwork) -> bool:
        """Whether the router stands as it was built from exactly this description."""
        names = self._names
        return (
            self._built.exists()
            and self._built.read_text() == self._description(network)
            and link_exists(names.inside)
            and (network.router.public is None or link_exists(names.public))
        )

    def _description(self, network: ApplyNetwork) -> str:
        """The description of what was built, in which namespace; it lives where a reboot clears it."""
        return json.dumps([identity(self._names.namespace), network.model_dump(mode="json")], sort_keys=True)

    def ensure(self, network: ApplyNetwork, guests: Iterable[Guest]) -> None:
        """Make the router as described, with metadata for `guests`; what is right already stays untouched."""
        names, router = self._names, network.router
        if not exists(names.namespace):
            self._disconnect()  # from a namespace that is gone
            ip(f"netns add {names.namespace}")
        inside(names.namespace, lambda: write_sysctls(SYSCTLS))
        nftables.load(
            nftables.ruleset(network, ((guest.mac, str(guest.ip)) for guest in guests)), names.namespace
        )  # before any link is up
        self._connect(names.inside, LAN, bridge_of(network.segment), mtu_of(network.segment.vni))
        ip("link set lo up", namespace=names.namespace)
        self._address(LAN, (router.gateway, METADATA))
        if router.public:
            if router.public_bridge is None:
                raise HostCommandFailed("a router with a public address needs the public bridge's name")
            self._connect(names.public, WAN, router.public_bridge, None)
            self._address(WAN, (router.public,))
            if router.public_gateway:
                ip(f"route replace default via {router.public_gateway} dev {WAN}", namespace=names.namespace)
        else:
            delete_link(names.public)
            if router.guest_gateway:  # so that names can be asked for
                ip(f"route replace default via {router.guest_gateway} dev {LAN}", namespace=names.namespace)
        self._built.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        write_whole(self._built, self._description(network))

    def _connect(self, outer: str, inner: str, bridge: str, mtu: int | None) -> None:
        """Have a pair of links between `bridge` and the namespace."""
        names = self._names
        if not link_exists(bridge):
            raise HostCommandFailed(f"this host has no bridge {bridge}; the operator's network setup makes it")
        size = f"mtu {mtu}" if mtu else ""
        if not link_exists(outer):
            ip(
                f"link add {outer} {size} type veth peer name {inner} {size} "
                f"address {names.mac(inner)} netns {names.namespace}"
            )
            write_sysctls({f"ipv6/conf/{outer}/disable_ipv6": "1"})
        ip(f"link set {outer} {size} master {bridge} up")
        ip(f"link set {inner} {size} up", namespace=names.namespace)

    def _disconnect(self) -> None:
        """Remove both pairs of links. Absent is success."""
        delete_link(self._names.inside)
        delete_link(self._names.public)

    def _address(self, interface: str, wanted: Iterable[IPv4Interface]) -> None:
        """Give the interface these addresses and no others."""
        namespace = self._names.namespace
        shown = json.loads(run(("ip", "-n", namespace, "-json", "-4", "address", "show", "dev", interface)) or "[]")
        present = {f"{entry['local']}/{entry['prefixlen']}" for link in shown for entry in link.get("addr_info", ())}
        addresses = [str(address) for address in wanted]
        changes = [f"address add {each} broadcast + dev {interface}" for each in addresses if each not in present]
        changes += [f"address delete {each} dev {interface}" for each in sorted(present - set(addresses))]
        ip(*changes, namespace=namespace)

    def admit(self, guests: Iterable[Guest]) -> None:
        """Let the guests ask for their metadata."""
        pairs = ((guest.mac, str(guest.ip)) for guest in guests)
        nftables.load(nftables.admit_guests(pairs), self._names.namespace)

    def dismiss(self, guests: Iterable[Guest]) -> None:
        """Refuse metadata to guests that are gone."""
        pairs = ((guest.mac, str(guest.ip)) for guest in guests)
        nftables.load(nftables.dismiss_guests(pairs), self._names.namespace)

    def remove(self) -> None:
        """Remove the namespace and its links. Absent is success."""
        self._disconnect()
        if exists(self._names.namespace):
            ip(f"netns delete {self._names.namespace}")
        self._built.unlink(missing_ok=True)
