"""StopDomain: power a guest off."""

from __future__ import annotations

from bridge.errors import Cancelled
from bridge.host import Host
from javelin.messaging.host_commands import DomainState, StopDomain


def run(command: StopDomain, host: Host) -> DomainState:
    host.memory.unwant(command.domain)  # first: what goes off from now on is not a crash
    try:
        return host.hypervisor.stop(command.domain, command.forced, command.grace_seconds)
    except Cancelled:
        host.memory.want_again(command.domain)
        raise
