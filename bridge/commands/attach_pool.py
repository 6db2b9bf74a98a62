"""AttachPool: make the directories of a pool and report its capacity."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import AttachPool, Empty


def run(command: AttachPool, host: Host) -> Empty:
    host.storage.attach(command.pool)
    host.memory.keep_pool(command.pool)
    return Empty()
