"""Every hour: clusters and zones of which more is promised or in use than their settings allow are told to operators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions.fabric_admin import _capacity
from functions.fabric_admin._capacity import Amount
from javelin.data import capacity_settings as full
from javelin.data.records.cluster import Cluster
from javelin.data.records.sequence import Sequence
from javelin.data.records.zone import Zone
from javelin.data.setting import Setting, values
from javelin.data.settings import READ_SETTINGS
from javelin.data.walk import ids_of
from javelin.messaging.consumers import Schedule, consumer
from javelin.messaging.events import ANNOUNCE, Event, announce, of_cloud


@dataclass(frozen=True)
class Watched:
    """A type of capacity: the setting of how much may be used, the type of the event, and words."""

    threshold: Setting[float]
    event: str
    words: str


WATCHED = {
    0: Watched(full.MEMORY_FULL, "CAPACITY.MEMORY", "memory"),
    1: Watched(full.CPU_FULL, "CAPACITY.CPU", "CPU"),
    2: Watched(full.STORAGE_FULL, "CAPACITY.STORAGE", "storage in use"),
    3: Watched(full.STORAGE_PROMISED, "CAPACITY.STORAGE.PROMISED", "promised storage"),
    4: Watched(full.ADDRESSES_TAKEN, "CAPACITY.PUBLIC.IP", "public addresses"),
    9: Watched(full.LOCAL_STORAGE_PROMISED, "CAPACITY.STORAGE.PROMISED", "promised storage of hosts"),
}


def run(event: Any) -> dict[str, int]:
    """Look at every zone; answers how much is too full."""
    told = [
        warning
        for ids in ids_of(Zone)
        for zone in Zone.load_all(ids)
        for warning in _of_zone(zone)
    ]  # fmt: skip
    announce(*told)
    return {"full": len(told)}


def _of_zone(zone: Zone) -> Iterator[Event]:
    """What is of no cluster, pools of the whole zone, is measured as the zone's."""
    stock = _capacity.stock_of(zone.id)
    clusters = {host.cluster_id for host in stock.hosts} | {pool.cluster_id for pool in stock.pools}
    named = {cluster.id: cluster.name for cluster in Cluster.load_all(filter(None, clusters))}
    for key, name in named.items():
        most = _most(cluster=key, zone=zone.id)
        hosts = [host for host in stock.hosts if host.cluster_id == key]
        pools = [pool for pool in stock.pools if pool.cluster_id == key]
        for amount in (*_capacity.of_hosts(hosts), *_capacity.of_pools(pools)):
            yield from _warning(f"Cluster {name} of zone {zone.name}", "Cluster", key, amount, most)
    most = _most(zone=zone.id)
    elsewhere = [pool for pool in stock.pools if pool.cluster_id not in named]
    for amount in (*_capacity.of_pools(elsewhere), _capacity.public_addresses(zone.id)):
        yield from _warning(f"Zone {zone.name}", "Zone", zone.id, amount, most)


def _most(**parts: str) -> dict[int, float]:
    """By type of capacity, the percent beyond which operators are told."""
    found = values(*(watched.threshold for watched in WATCHED.values()), **parts)
    return {kind: 100 * part for kind, part in zip(WATCHED, found, strict=True)}


def _warning(place: str, kind: str, key: str, amount: Amount, most: dict[int, float]) -> Iterator[Event]:
    watched = WATCHED[amount.type]
    if amount.percent > most[amount.type]:
        said = (
            f"{place} has {amount.percent:.0f}% of its {watched.words} taken, more than the {most[amount.type]:.0f}% of"
            f" {watched.threshold.name}; add to it, or free some."
        )
        yield of_cloud(watched.event, said, resource_type=kind, resource_id=key, level="WARN")


handler = consumer(
    run, Schedule("rate(1 hour)"), timeout=300,
    grants=[Zone.read, Cluster.read, Sequence.read, READ_SETTINGS, *_capacity.GRANTS, *ANNOUNCE],
)  # fmt: skip
