"""CreateVolumes: have volumes exist, each a clone of its image or empty."""

from __future__ import annotations

from bridge.host import Host
from bridge.spans import part
from javelin.messaging.host_commands import CreateVolumes, Empty


def run(command: CreateVolumes, host: Host) -> Empty:
    for volume in command.volumes:
        with part(f"create {volume.id}"):
            host.storage.create(volume)
    return Empty()
