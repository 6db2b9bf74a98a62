"""DestroyDomain: forget a guest and the segments that only it used; its volumes stay."""

from __future__ import annotations

from bridge.host import Host
from bridge.spans import part
from javelin.messaging.host_commands import DestroyDomain, Empty


def run(command: DestroyDomain, host: Host) -> Empty:
    host.memory.unwant(command.domain)
    networks = host.memory.segments(command.domain)
    with part("cut power and undefine"):
        host.hypervisor.destroy(command.domain)
    with part("release networks"):
        for network in networks:
            host.network.release_unused_segment(network)
    host.memory.forget(command.domain)
    return Empty()
