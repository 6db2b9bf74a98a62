"""UpdateSegment: tell a segment who its other hosts are."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import Empty, UpdateSegment


def run(command: UpdateSegment, host: Host) -> Empty:
    host.network.update_segment(command.segment)
    return Empty()
