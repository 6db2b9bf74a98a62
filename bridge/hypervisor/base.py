"""What a hypervisor driver does for the bridge, stated as outcomes; one contract suite holds every driver to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from javelin.messaging.host_commands import ConsoleAddress, Domain, DomainState

DomainListener = Callable[[DomainState], None]
CRASHED = "crashed"  # the reason of a guest that lost its power by itself, and not by its own wish


@dataclass(frozen=True)
class Capabilities:
    """What the machine is. `accelerated` says that KVM really boots guests here, not that it is listed."""

    driver: Literal["libvirt", "simulated"]
    hypervisor: str
    accelerated: bool
    cpus: int
    mhz: int
    memory_mib: int


@dataclass(frozen=True)
class Load:
    """What the machine spends now; `cpu_load` is the one-minute load average."""

    memory_used_mib: int
    cpu_load: float


@dataclass(frozen=True)
class Wiring:
    """Where the parts of a guest are on this host: disk paths by volume id, Linux bridges by NIC id."""

    disks: Mapping[str, str] = field(default_factory=dict)
    bridges: Mapping[str, str] = field(default_factory=dict)


class Hypervisor(Protocol):
    """Guests of this host. Only guests that this driver defined are ever seen or touched.

    Calls come from several threads; the agent serializes those for one guest. When the hypervisor does not answer the
    error is TransientHostError; the driver reconnects by itself.
    """

    def capabilities(self) -> Capabilities:
        """What this machine is; constant while the bridge runs."""
        ...

    def load(self) -> Load:
        """What it spends now."""
        ...

    def domains(self) -> list[DomainState]:
        """All guests that are defined here, running or not, each with its fence."""
        ...

    def state(self, domain: str) -> DomainState:
        """One guest; its state is Absent if it is not defined here."""
        ...

    def start(self, domain: Domain, fence: int, wiring: Wiring) -> DomainState:
        """Define the guest as described and power it on.

        A guest that runs goes on running; if its fence is older it is brought up to `fence`. A guest that is
        off is defined anew. If it cannot start, nothing of it stays defined that was not before.
        """
        ...

    def stop(self, domain: str, forced: bool, grace_seconds: int) -> DomainState:
        """Ask the guest to power off and cut its power after `grace_seconds`; at once if `forced`.

        Off already, or absent, is success. The definition stays.
        """
        ...

    def reboot(self, domain: str, forced: bool, grace_seconds: int) -> DomainState:
        """Restart the guest's system: power it off on request and on again, or reset it after `grace_seconds`.

        `forced` resets at once. DomainNotFound or DomainNotRunning if it has no power.
        """
        ...

    def destroy(self, domain: str) -> None:
        """Cut the power and forget the definition, with logs and managed state. Absent is success."""
        ...

    def console(self, domain: str) -> ConsoleAddress:
        """Where the VNC display of the running guest listens, and its password. DomainNotFound, DomainNotRunning."""
        ...

    def subscribe(self, listener: DomainListener) -> None:
        """Call `listener` with the new state of every guest that changes, in order, from any thread.

        Changes may be missed while the hypervisor is away: compare `domains()` now and then.
        """
        ...

    def close(self) -> None:
        """Let go of the hypervisor. Guests are not touched."""
        ...
