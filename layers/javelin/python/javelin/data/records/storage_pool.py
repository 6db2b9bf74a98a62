"""StoragePool: primary storage - a directory on one host, or shared by the hosts of a cluster or zone."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import cloud_directory
from javelin.data.record import ByCloud, Shared, table_name
from javelin.data.records.host import Host


class ByZone(GlobalSecondaryIndex["StoragePool"]):
    """Answers: which pools are in this zone?"""

    class Meta:
        index_name = "by_zone"
        projection = KeysOnlyProjection()

    zone_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class StoragePool(Shared):
    """`scope` is HOST (then `host_id` says which), CLUSTER or ZONE. Sizes are bytes; `allocated` is promised to volumes."""

    noun = "storage pool"

    class Meta:
        table_name = table_name("StoragePool")

    name = FoldedAttribute()
    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    pod_id = UnicodeAttribute(null=True)
    pod_name = UnicodeAttribute(null=True)
    cluster_id = UnicodeAttribute(null=True)
    cluster_name = UnicodeAttribute(null=True)
    host_id = UnicodeAttribute(null=True)
    scope = FoldedAttribute(default="CLUSTER")
    type = UnicodeAttribute(default="Filesystem")
    path = UnicodeAttribute()
    address = UnicodeAttribute(default="localhost")
    state = FoldedAttribute(default="Up")
    tags: ListAttribute[Any] = ListAttribute(default=list)
    capacity = NumberAttribute(default=0)
    used = NumberAttribute(default=0)
    allocated = NumberAttribute(default=0)
    overprovisioning = NumberAttribute(default=2.0)

    by_cloud = ByCloud()
    by_shelf = cloud_directory("name", "zone_id", "pod_id", "cluster_id", "scope", "state", "path", "address")
    by_zone = ByZone()

    def serves(self, host: Host) -> bool:
        """Whether guests of this host may have volumes on the pool."""
        match self.scope:
            case "HOST":
                return bool(self.host_id == host.id)
            case "CLUSTER":
                return bool(self.cluster_id == host.cluster_id)
            case _:
                return bool(self.zone_id == host.zone_id)

    @property
    def limit(self) -> int:
        """Bytes that may be promised: thin volumes let more be promised than there is."""
        return int(int(self.capacity) * float(self.overprovisioning))
