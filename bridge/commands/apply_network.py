"""ApplyNetwork: make a network with its router as described."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import ApplyNetwork, Empty


def run(command: ApplyNetwork, host: Host) -> Empty:
    host.network.apply(command)
    return Empty()
