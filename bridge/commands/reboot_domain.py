"""RebootDomain: restart a running guest."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import DomainState, RebootDomain


def run(command: RebootDomain, host: Host) -> DomainState:
    return host.hypervisor.reboot(command.domain, command.forced, command.grace_seconds)
