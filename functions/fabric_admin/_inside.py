"""What is inside of a cluster or pod carries its name and whether it is enabled: changed together with it."""

from __future__ import annotations

from typing import Any

from javelin.contract.grants import Grant
from javelin.data.records.cluster import Cluster
from javelin.data.records.host import Host
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence
from javelin.data.records.storage_pool import StoragePool
from javelin.data.walk import ids_of

CHANGE_INSIDE: tuple[Grant, ...] = (Host.write, StoragePool.write, Sequence.read)


def tell_inside(place: Cluster | Pod) -> None:
    """Have the hosts, pools and clusters in it say what the place says. A repeat changes nothing more."""
    kind = type(place).__name__.lower()
    said: dict[str, Any] = {f"{kind}_name": place.name, f"{kind}_open": place.allocation_state == "Enabled"}
    hosts = Host.load_all(row.id for row in Host.by_zone.query(place.zone_id))
    pools = StoragePool.load_all(row.id for row in StoragePool.by_zone.query(place.zone_id))
    clusters = [one for ids in ids_of(Cluster) for one in Cluster.load_all(ids)] if isinstance(place, Pod) else []
    for one in (*hosts, *pools, *clusters):
        if getattr(one, f"{kind}_id") != place.id:
            continue
        wrong = {name: value for name, value in said.items() if getattr(one, name, value) != value}
        if wrong:
            one.change(
                *(getattr(type(one), name).set(value) for name, value in wrong.items()), when=type(one).id.exists()
            )
