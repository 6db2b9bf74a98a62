"""What a command has at hand on its host: the drivers, and what the bridge remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from bridge.hypervisor.base import Hypervisor
from bridge.network.base import Network
from bridge.storage.base import Storage
from javelin.messaging.host_commands import Domain, Pool


class Memory(Protocol):
    """What must outlive the bridge; the journal is one."""

    def want(self, domain: Domain, resource: str, fence: int) -> None:
        """The cloud wants `domain` to run here."""
        ...

    def unwant(self, domain: str) -> None:
        """It does not want it any more: what goes off from now on is not a crash."""
        ...

    def want_again(self, domain: str) -> None:
        """It wants it after all, as before."""
        ...

    def segments(self, domain: str) -> list[str]:
        """The networks that `domain` was connected to."""
        ...

    def forget(self, domain: str) -> None:
        """Nothing of `domain` is left here."""
        ...

    def keep_pool(self, pool: Pool) -> None:
        """The cloud uses `pool` from here."""
        ...


@dataclass(frozen=True)
class Host:
    """One hypervisor host; `resource` and `fence` are those of the command that runs."""

    hypervisor: Hypervisor
    storage: Storage
    network: Network
    memory: Memory
    tell_all: Callable[[], None] = lambda: None  # the agent's: report everything, and wait until the cloud has it
    resource: str = ""
    fence: int = 0

    def on_behalf_of(self, resource: str, fence: int) -> Host:
        """The same host for one command."""
        return replace(self, resource=resource, fence=fence)
