"""What a host tells the cloud: signed reports in the reports queue. Ed25519 by the key the bridge enrolled with."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from javelin.messaging.host_commands import DomainState, Id, Payload


class PoolCapacity(Payload):
    """Bytes of a pool on this host."""

    id: Id
    total: int
    used: int


class Heartbeat(Payload):
    """That a host lives, and what it has. `started` changes when the bridge restarts; `domains` is complete then, and
    once every ten minutes, so that the cloud can see what it missed."""

    started: datetime
    driver: Literal["libvirt", "simulated"]
    hypervisor: str  # e.g. "QEMU 7.2.15"
    accelerated: bool  # whether KVM really boots guests here
    cpus: int
    mhz: int
    memory_mib: int
    memory_used_mib: int
    cpu_load: float
    pools: tuple[PoolCapacity, ...] = ()
    domains: tuple[DomainState, ...] | None = None


class DomainChanges(Payload):
    """Guests whose state changed since the last report, in order."""

    domains: tuple[DomainState, ...]


class Held(Payload):
    """Something that a host holds: a volume in a pool, or a network, with or without its router."""

    kind: Literal["volume", "network"]
    id: Id
    pool: Id | None = None


class Inventory(Payload):
    """Some of what a host holds, the next of it when it lists all its guests: after a while everything was named."""

    held: tuple[Held, ...]


class HostAlert(Payload):
    """Something that an operator must know."""

    subject: str
    text: str


class Report(Payload):
    """One report; `sequence` rises by one per host and start, `signature` is over `signed_bytes`."""

    host: Id
    sequence: int = Field(ge=0)
    at: datetime
    kind: Literal["heartbeat", "domains", "inventory", "alert"]
    body: dict[str, Any]
    signature: str = ""  # base64

    def signed_bytes(self) -> bytes:
        """The canonical form that is signed: JSON with sorted keys, without the signature."""
        fields = self.model_dump(mode="json", exclude={"signature"})
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
