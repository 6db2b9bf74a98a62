"""Which host does a piece of storage work: one that is up and reaches the pools."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from javelin.contract.errors import ResourceUnavailable
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.data.walk import ids_of

READ = 100  # hosts read together
LISTENING = (
    "Up",
    "Disconnected",
)  # states of hosts whose bridge takes what its queue holds, at once or when it is back


def reaching(pools: list[StoragePool], zone_id: str, preferred: Iterable[str | None] = ()) -> Host:
    """A host that is up and reaches all of the pools; the preferred ones first. Raises ResourceUnavailable."""
    own = [pool.host_id for pool in pools if pool.scope == "HOST"]
    for hosts in _batches([key for key in (*own, *preferred) if key], zone_id):
        for host in hosts:
            if host.state == "Up" and all(pool.serves(host) for pool in pools):
                return host
    names = ", ".join(sorted({pool.name for pool in pools}))
    raise ResourceUnavailable(f"No host that is up reaches storage pool {names}; bring one back, then repeat the call.")


def any_up(zone_id: str | None) -> Host:
    """A host that is up, of the zone if it is given. Raises ResourceUnavailable."""
    batches = _chunks(row.id for row in Host.by_zone.query(zone_id)) if zone_id else map(Host.load_all, ids_of(Host))
    for hosts in batches:
        up = [host for host in hosts if host.state == "Up"]
        if up:
            return random.choice(up)  # noqa: S311 - spreads work, keeps no secret
    raise ResourceUnavailable("No host is up that could do this; add a host or bring one back, then repeat the call.")


def caching(zone_id: str | None) -> dict[str, list[StoragePool]]:
    """For every pool (of the zone, if it is given) one host that reaches it and listens: host id -> its pools."""
    found: dict[str, list[StoragePool]] = {}
    listening: dict[str, list[Host]] = {}
    for pool in _pools(zone_id):
        if pool.zone_id not in listening:
            hosts = [host for batch in _chunks(row.id for row in Host.by_zone.query(pool.zone_id)) for host in batch]
            listening[pool.zone_id] = [host for host in hosts if host.state in LISTENING]
        host = next((host for host in listening[pool.zone_id] if pool.serves(host)), None)
        if host is not None:
            found.setdefault(host.id, []).append(pool)
    return found


def _pools(zone_id: str | None) -> Iterator[StoragePool]:
    if zone_id:
        yield from StoragePool.load_all(row.id for row in StoragePool.by_zone.query(zone_id))
        return
    for ids in ids_of(StoragePool):
        yield from StoragePool.load_all(ids)


def _batches(first: list[str], zone_id: str) -> Iterator[list[Host]]:
    yield Host.load_all(first)
    yield from _chunks(row.id for row in Host.by_zone.query(zone_id))


def _chunks(ids: Iterable[str]) -> Iterator[list[Host]]:
    batch: list[str] = []
    for key in ids:
        batch.append(key)
        if len(batch) == READ:
            yield Host.load_all(batch)
            batch = []
    yield Host.load_all(batch)
