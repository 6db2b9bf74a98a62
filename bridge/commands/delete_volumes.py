"""DeleteVolumes: delete volumes."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import DeleteVolumes, Empty


def run(command: DeleteVolumes, host: Host) -> Empty:
    for volume in command.volumes:
        host.storage.delete(volume)
    return Empty()
