"""StartDomain: connect a guest's networks and power it on."""

from __future__ import annotations

from bridge.host import Host
from bridge.hypervisor.base import Wiring
from bridge.spans import part
from javelin.messaging.host_commands import Domain, DomainState, StartDomain


def run(command: StartDomain, host: Host) -> DomainState:
    state = power_on(command.domain, host)
    host.memory.want(command.domain, host.resource, host.fence)
    return state


def power_on(domain: Domain, host: Host) -> DomainState:
    """Connect and start a guest without a word about who wants it."""
    with part("connect networks"):
        bridges = {nic.id: host.network.ensure_segment(nic.segment) for nic in domain.nics}
    disks = {disk.volume.id: host.storage.path(disk.volume) for disk in domain.disks}
    with part("define and start"):
        return host.hypervisor.start(domain, host.fence, Wiring(disks, bridges))
