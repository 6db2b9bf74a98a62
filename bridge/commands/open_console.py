"""OpenConsole: say where the display of a guest listens."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import ConsoleAddress, OpenConsole


def run(command: OpenConsole, host: Host) -> ConsoleAddress:
    return host.hypervisor.console(command.domain)
