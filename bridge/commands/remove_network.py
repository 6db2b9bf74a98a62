"""RemoveNetwork: remove everything of a network, or its router alone, from this host."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import Empty, RemoveNetwork


def run(command: RemoveNetwork, host: Host) -> Empty:
    if command.router_only:
        host.network.remove_router(command.network)
    else:
        host.network.remove(command.network)
    return Empty()
