"""libvirt's numbers for states and reasons, in our words."""

from __future__ import annotations

import libvirt

from bridge.hypervisor.base import CRASHED
from javelin.messaging.host_commands import Domain, DomainState

RUNNING = {
    libvirt.VIR_DOMAIN_RUNNING_BOOTED: "booted",
    libvirt.VIR_DOMAIN_RUNNING_MIGRATED: "migrated",
    libvirt.VIR_DOMAIN_RUNNING_RESTORED: "restored",
    libvirt.VIR_DOMAIN_RUNNING_FROM_SNAPSHOT: "from-snapshot",
    libvirt.VIR_DOMAIN_RUNNING_UNPAUSED: "unpaused",
}
STOPPED = {
    libvirt.VIR_DOMAIN_SHUTOFF_SHUTDOWN: "shutdown",
    libvirt.VIR_DOMAIN_SHUTOFF_DESTROYED: "destroyed",
    libvirt.VIR_DOMAIN_SHUTOFF_CRASHED: CRASHED,
    libvirt.VIR_DOMAIN_SHUTOFF_MIGRATED: "migrated",
    libvirt.VIR_DOMAIN_SHUTOFF_SAVED: "saved",
    libvirt.VIR_DOMAIN_SHUTOFF_FAILED: "failed",
    libvirt.VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT: "from-snapshot",
    libvirt.VIR_DOMAIN_SHUTOFF_DAEMON: "daemon",
}
PAUSED = frozenset({libvirt.VIR_DOMAIN_PAUSED, libvirt.VIR_DOMAIN_PMSUSPENDED})


def domain_state(domain: str, state: int, reason: int, fence: int | None) -> DomainState | None:
    """None for a guest without our mark."""
    if fence is None:
        return None
    if state == libvirt.VIR_DOMAIN_SHUTOFF:
        return DomainState(id=domain, state="Stopped", reason=STOPPED.get(reason, "unknown"), fence=fence)
    if state == libvirt.VIR_DOMAIN_CRASHED:
        return DomainState(id=domain, state="Stopped", reason=CRASHED, fence=fence)
    if state in PAUSED:
        return DomainState(id=domain, state="Paused", reason="paused", fence=fence)
    return DomainState(id=domain, state="Running", reason=RUNNING.get(reason, "unknown"), fence=fence)


def weight(domain: Domain) -> int:
    """The CPU weight of a guest: 100, the kernel's default, for 1,000 MHz."""
    return max(1, min(10_000, domain.vcpus * domain.mhz // 10))
