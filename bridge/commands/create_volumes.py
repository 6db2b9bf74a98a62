"""CreateVolumes: have volumes exist, each a clone of its image or empty."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import CreateVolumes, Empty


def run(command: CreateVolumes, host: Host) -> Empty:
    for volume in command.volumes:
        host.storage.create(volume)
    return Empty()
