"""RemoveNetwork: remove everything of a network from this host."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import Empty, RemoveNetwork


def run(command: RemoveNetwork, host: Host) -> Empty:
    host.network.remove(command.network)
    return Empty()
