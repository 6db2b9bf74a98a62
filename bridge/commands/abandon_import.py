"""AbandonImport: leave nothing of an import that was cut off."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import AbandonImport, Empty


def run(command: AbandonImport, host: Host) -> Empty:
    host.storage.abandon_import(command.image)
    return Empty()
