"""TellAll: tell the cloud of everything that is here."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import Empty, TellAll


def run(command: TellAll, host: Host) -> Empty:  # noqa: ARG001 - it says nothing more
    host.tell_all()
    return Empty()
