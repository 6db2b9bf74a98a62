"""ResizeVolume: grow a volume that no running guest uses."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import Empty, ResizeVolume


def run(command: ResizeVolume, host: Host) -> Empty:
    host.storage.resize(command.volume, command.size)
    return Empty()
