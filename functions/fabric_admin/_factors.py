"""What clusters, hosts and pools carry of settings: how many times what they have may be promised."""

from __future__ import annotations

from typing import Any

from functions.fabric_admin._configuration import Part
from javelin.contract.grants import Grant
from javelin.data import settings
from javelin.data.records.cluster import Cluster
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool

CHANGE_FACTORS: tuple[Grant, ...] = (Cluster.write, StoragePool.write, Host.write)
FACTORS = {
    settings.CPU_OVERCOMMIT.name: "cpu_overcommit",
    settings.MEMORY_OVERCOMMIT.name: "memory_overcommit",
}


def apply(one: settings.Setting[Any], part: Part | None) -> None:
    """Have a cluster with its hosts, or a pool, carry the value that holds for it now."""
    if part is None:
        return
    if part.scope == "cluster" and one.name in FACTORS:
        attribute, value = FACTORS[one.name], one.value(**part.within)
        cluster = Cluster.require(part.id)
        cluster.change(getattr(Cluster, attribute).set(value), when=Cluster.id.exists())
        for host in Host.load_all(row.id for row in Host.by_zone.query(cluster.zone_id)):
            if host.cluster_id == cluster.id:
                host.change(getattr(Host, attribute).set(value), when=Host.id.exists())
    if part.scope == "storage" and one.name == settings.STORAGE_OVERCOMMIT.name:
        factor = StoragePool.overprovisioning.set(one.value(**part.within))
        StoragePool.require(part.id).change(factor, when=StoragePool.id.exists())
