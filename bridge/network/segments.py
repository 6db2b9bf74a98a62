"""The layer-2 segment of a network on this host: a bridge, and a VXLAN tunnel to the other hosts that have it."""

from __future__ import annotations

import json
from ipaddress import IPv4Address
from pathlib import Path

from bridge.errors import HostCommandFailed
from bridge.network.names import Names, names_of
from bridge.network.namespaces import write_sysctls
from bridge.network.tools import delete_link, ip, link_exists, run
from javelin.messaging.host_commands import Segment
from javelin.messaging.network_links import mtu_of

VXLAN_PORT = 4789
FLOOD = "00:00:00:00:00:00"  # the forwarding entry for what has no known destination


def bridge_of(segment: Segment) -> str:
    """The bridge to which guests and router of the segment attach."""
    return segment.uplink or names_of(segment.network).bridge


def is_present(segment: Segment) -> bool:
    """Whether the links of the segment are there; says nothing about peers."""
    names = names_of(segment.network)
    return link_exists(bridge_of(segment)) and (not _is_tunnelled(segment) or link_exists(names.tunnel))


def _is_tunnelled(segment: Segment) -> bool:
    return segment.vni is not None and bool(segment.peers) and segment.uplink is None


def ensure(segment: Segment, local: IPv4Address | None) -> None:
    """Make bridge and tunnel as described; `local` is this host's address for tunnels, None for the kernel's choice."""
    if segment.uplink:
        if not link_exists(segment.uplink):
            raise HostCommandFailed(f"this host has no bridge {segment.uplink}; the operator's network setup makes it")
        return
    names, mtu = names_of(segment.network), mtu_of(segment.vni)
    if not link_exists(names.bridge):
        ip(
            f"link add {names.bridge} mtu {mtu} type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            f"link set {names.bridge} up",
        )
    # The host itself is no part of its guests' networks: without addresses it answers nobody there.
    write_sysctls({f"ipv6/conf/{names.bridge}/disable_ipv6": "1"})
    if _is_tunnelled(segment):
        _ensure_tunnel(segment, names, local)
    else:
        delete_link(names.tunnel)


def _ensure_tunnel(segment: Segment, names: Names, local: IPv4Address | None) -> None:
    if not link_exists(names.tunnel):
        source = f"local {local}" if local else ""
        ip(
            f"link add {names.tunnel} mtu {mtu_of(segment.vni)} type vxlan id {segment.vni} dstport {VXLAN_PORT} {source}",
            f"link set {names.tunnel} master {names.bridge} up",
        )
        write_sysctls({f"ipv6/conf/{names.tunnel}/disable_ipv6": "1"})
    entries = json.loads(run(("bridge", "-json", "fdb", "show", "dev", names.tunnel)) or "[]")
    present = {entry["dst"] for entry in entries if entry.get("mac") == FLOOD and "dst" in entry}
    wanted = {str(peer) for peer in segment.peers if peer != local}
    changes = [f"fdb append {FLOOD} dev {names.tunnel} dst {peer}" for peer in sorted(wanted - present)]
    changes += [f"fdb delete {FLOOD} dev {names.tunnel} dst {peer}" for peer in sorted(present - wanted)]
    if changes:
        run(("bridge", "-batch", "-"), "".join(f"{change}\n" for change in changes))


def has_guests(network: str) -> bool:
    """Whether anything but our own tunnel and router is attached to the network's bridge."""
    names = names_of(network)
    ports = Path("/sys/class/net", names.bridge, "brif")
    ours = {names.tunnel, names.inside}
    return ports.exists() and any(port.name not in ours for port in ports.iterdir())


def remove(network: str) -> None:
    """Remove bridge and tunnel. Absent is success."""
    names = names_of(network)
    delete_link(names.tunnel)
    delete_link(names.bridge)
