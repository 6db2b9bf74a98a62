"""The planner: which host and pools a guest gets, and for each that it does not get, why."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from functions.compute import _dedicated
from functions.compute._neighbours import Neighbours, neighbours_of
from javelin.contract.errors import InsufficientCapacity
from javelin.data.fetch import fetch
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

SAMPLE = 100  # hosts looked at together; more are read only when none of these will do
MOST_TOLD = 200  # of the rejected hosts, and of the pools, by name: a job holds no more


@dataclass
class Rejected:
    """What was looked at and not taken: all in numbers, the first of them by name."""

    rows: list[dict[str, str]] = field(default_factory=list)
    classes: Counter[str] = field(default_factory=Counter)

    def add(self, record: Host | StoragePool, reason: str, **more: str) -> None:
        """Another one."""
        kind = _class(reason)
        self.classes[kind] += 1
        if len(self.rows) < MOST_TOLD:
            self.rows.append({"id": record.id, "name": record.name, "reason": reason, **more})

    def told(self) -> dict[str, Any]:
        """What the job keeps of them."""
        return {"rows": self.rows, "classes": dict(self.classes)}


@dataclass
class Decision:
    """The planner's record: what was chosen, and why each host and pool that was looked at was not."""

    host: Host | None = None
    pools: dict[str, StoragePool] = field(default_factory=dict)  # by volume id, for volumes that need one
    rejected_hosts: Rejected = field(default_factory=Rejected)
    rejected_pools: Rejected = field(default_factory=Rejected)

    def record(self) -> dict[str, Any]:
        """What the job keeps."""
        chosen = {"id": self.host.id, "name": self.host.name} if self.host else None
        return {
            "host": chosen,
            "pools": {volume: {"id": pool.id, "name": pool.name} for volume, pool in self.pools.items()},
            "rejected": {"hosts": self.rejected_hosts.told(), "pools": self.rejected_pools.told()},
        }

    def refusal(self, machine: VirtualMachine, *, admin: bool) -> InsufficientCapacity:
        """The error when nothing was chosen: host by host for admins, in numbers for tenants."""
        rows = self.rejected_hosts.rows + self.rejected_pools.rows
        if not rows:
            return InsufficientCapacity(f"Zone {machine.zone_name} has no hosts; an operator must add one.")
        if admin:
            reasons = "; ".join(f"{row['name']}: {row['reason']}" for row in rows[:50])
            return InsufficientCapacity(f"No host of zone {machine.zone_name} has room for {machine.name}: {reasons}.")
        classes = self.rejected_hosts.classes + self.rejected_pools.classes
        counted = ", ".join(f"{number} {reason}" for reason, number in classes.items())
        return InsufficientCapacity(
            f"Zone {machine.zone_name} has no room for a guest of {int(machine.cpus)} x {int(machine.mhz)} MHz and"
            f" {int(machine.memory_mib)} MiB ({counted}); use a smaller offering, or ask an operator."
        )


def plan(machine: VirtualMachine, volumes: list[Volume], *, avoid: frozenset[str] = frozenset()) -> Decision:
    """Look for a host with room whose pools have room for the volumes that have no pool yet.

    Looks at all hosts of the zone only when it must: a random sample first, the least loaded of it is taken. `avoid` are
    hosts that turned out to be full meanwhile.
    """
    decision = Decision()
    pool_ids = [row.id for row in StoragePool.by_zone.query(machine.zone_id)]
    pools: list[StoragePool] = []
    neighbours = neighbours_of(machine)

    def order(host: Host) -> tuple[int, bool, bool, float]:
        return neighbours.unwelcome(host), host.id != machine.last_host_id, not host.dedicated_to, _load(host)

    for host_ids in _samples(machine, neighbours):
        found = fetch([*((Host, key) for key in host_ids), *((StoragePool, key) for key in pool_ids)])
        hosts: list[Host] = found.all(Host, host_ids)
        pools, pool_ids = pools or found.all(StoragePool, pool_ids), []
        fitting = []
        for host in hosts:
            reason = neighbours.why_not(host) or (
                "was full a moment ago" if host.id in avoid else _why_not(host, machine, volumes, pools)
            )
            if reason:
                decision.rejected_hosts.add(host, reason)
                continue
            fitting.append(host)
        random.shuffle(fitting)
        for host in sorted(fitting, key=order):
            chosen = _pools(host, machine, volumes, pools, decision)
            if chosen is not None:
                decision.host, decision.pools = host, chosen
                return decision
    return decision


def _samples(machine: VirtualMachine, neighbours: Neighbours) -> Iterator[list[str]]:
    """Ids of hosts that may do, some at a time."""
    if machine.wanted_host_id:
        yield [machine.wanted_host_id]
        return
    if neighbours.together:
        yield neighbours.together[:SAMPLE]
        if neighbours.bound:
            return
    index = Host.by_zone
    start = f"{secrets.randbits(32):08x}"
    seen: list[str] = []
    first = [row.id for row in index.query(machine.zone_id, limit=SAMPLE)]
    if len(first) < SAMPLE:
        yield first
        return
    halves: tuple[Any, Any] = (Host.id >= start, Host.id < start)
    for condition in halves:
        for row in index.query(machine.zone_id, condition):
            seen.append(row.id)
            if len(seen) == SAMPLE:
                yield seen
                seen = []
    yield seen


def _why_not(host: Host, machine: VirtualMachine, volumes: list[Volume], pools: list[StoragePool]) -> str | None:
    for kind in ("cluster", "pod"):
        if (asked := getattr(machine, f"wanted_{kind}_id")) and asked != getattr(host, f"{kind}_id"):
            return f"is not in the {kind} that was asked for"
    if host.state != "Up":
        return f"is {host.state}, not Up"
    if host.resource_state != "Enabled":
        return f"is {host.resource_state}, not Enabled"
    if not (host.cluster_open and host.pod_open):
        return f"is in a {'pod' if host.cluster_open else 'cluster'} that is not Enabled"
    if reason := _dedicated.why_not(host, machine):
        return reason
    if not set(machine.host_tags) <= set(host.tags):
        return f"lacks the tags {', '.join(sorted(set(machine.host_tags) - set(host.tags)))}"
    if int(machine.cpus) > int(host.cpus):
        return f"has {int(host.cpus)} cores, the guest needs {int(machine.cpus)}"
    wanted_mhz = int(machine.cpus) * int(machine.mhz)
    free_mhz = host.cpu_limit_mhz - int(host.cpu_used_mhz)
    if wanted_mhz > free_mhz:
        return f"has {free_mhz} MHz free, the guest needs {wanted_mhz}"
    free_mib = host.memory_limit_mib - int(host.memory_used_mib)
    if int(machine.memory_mib) > free_mib:
        return f"has {free_mib} MiB free, the guest needs {int(machine.memory_mib)}"
    by_id = {pool.id: pool for pool in pools}
    for volume in volumes:
        pool = by_id.get(volume.pool_id) if volume.pool_id else None
        if pool is not None and not _reaches(pool, host):
            return f"does not reach pool {pool.name}, where volume {volume.name} is"
    return None


def _pools(
    host: Host, machine: VirtualMachine, volumes: list[Volume], pools: list[StoragePool], decision: Decision
) -> dict[str, StoragePool] | None:
    chosen: dict[str, StoragePool] = {}
    promised: Counter[str] = Counter()
    for volume in volumes:
        if volume.pool_id:
            continue
        fitting = []
        for pool in pools:
            reason = _pool_why_not(pool, host, volume, machine, int(volume.size) + promised[pool.id])
            if reason:
                decision.rejected_pools.add(pool, reason, host=host.name)
            else:
                fitting.append(pool)
        if not fitting:
            decision.rejected_hosts.add(host, f"reaches no pool with room for volume {volume.name}")
            return None
        best = min(fitting, key=lambda one: int(one.allocated) / max(1, one.limit))
        promised[best.id] += int(volume.size)
        chosen[volume.id] = best
    return chosen


def _pool_why_not(pool: StoragePool, host: Host, volume: Volume, machine: VirtualMachine, size: int) -> str | None:
    tags = machine.storage_tags if volume.storage_tags is None else volume.storage_tags
    if pool.state != "Up":
        return f"is {pool.state}, not Up"
    if not _reaches(pool, host):
        return "is not reached by the host"
    if not set(tags) <= set(pool.tags):
        return f"lacks the tags {', '.join(sorted(set(tags) - set(pool.tags)))}"
    free = pool.limit - int(pool.allocated)
    if size > free:
        return f"has {free} bytes free, the volume needs {size}"
    return None


def _reaches(pool: StoragePool, host: Host) -> bool:
    if pool.scope == "HOST":
        return bool(pool.host_id == host.id)
    if pool.scope == "CLUSTER":
        return bool(pool.cluster_id == host.cluster_id)
    return bool(pool.zone_id == host.zone_id)


def _load(host: Host) -> float:
    return max(
        int(host.cpu_used_mhz) / max(1, host.cpu_limit_mhz), int(host.memory_used_mib) / max(1, host.memory_limit_mib)
    )


def _class(reason: str) -> str:
    words = {"affinity": "kept apart or together", "asked": "elsewhere",
             "MHz": "lack CPU", "MiB": "lack memory", "cores": "lack cores", "tags": "lack tags",
             "bytes": "lack storage", "pool": "reach no storage", "reached": "out of reach",
             "dedicated": "dedicated to others", "Up": "not up", "Enabled": "not enabled"}  # fmt: skip
    return next((text for word, text in words.items() if word in reason), "full")
