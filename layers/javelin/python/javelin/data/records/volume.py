"""Volume: a disk on a storage pool."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name


class Volume(Owned):
    """`state` is Allocated (nowhere yet), Creating, Ready, Destroy or Expunged; `type` ROOT or DATADISK; `size` bytes.

    The pool's capacity is promised to it exactly as long as `pool_id` is set.
    """

    noun = "volume"

    class Meta:
        table_name = table_name("Volume")

    name = FoldedAttribute()
    type = FoldedAttribute(default="DATADISK")
    state = FoldedAttribute(default="Allocated")
    size = NumberAttribute()
    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    pool_id = UnicodeAttribute(null=True)
    pool_name = UnicodeAttribute(null=True)
    host_id = UnicodeAttribute(null=True)  # the host whose directory it is in, for pools of one host
    vm_id = UnicodeAttribute(null=True)
    vm_name = FoldedAttribute(null=True)
    device_id = NumberAttribute(null=True)
    template_id = UnicodeAttribute(null=True)
    template_name = UnicodeAttribute(null=True)
    disk_offering_id = UnicodeAttribute(null=True)
    disk_offering_name = UnicodeAttribute(null=True)
    disk_offering_text = UnicodeAttribute(null=True)
    service_offering_id = UnicodeAttribute(null=True)
    storage_tags = JSONAttribute(null=True)  # that its pool must have, of its offering
    details = JSONAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name", "vm_name", "type", "state", "zone_id")
    by_pool = relation("pool_id", "vm_id")
    by_disk_offering = relation("disk_offering_id")
    by_service_offering = relation("service_offering_id")
