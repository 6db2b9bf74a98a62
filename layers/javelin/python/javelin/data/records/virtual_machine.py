"""VirtualMachine: a guest, what it was promised, and where it runs."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name


class ByHost(GlobalSecondaryIndex["VirtualMachine"]):
    """Answers: which guests run on this host?"""

    class Meta:
        index_name = "by_host"
        projection = KeysOnlyProjection()

    host_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class ByExpunge(GlobalSecondaryIndex["VirtualMachine"]):
    """Answers: which guests are destroyed and wait to be expunged, oldest first? Sparse."""

    class Meta:
        index_name = "by_expunge"
        projection = KeysOnlyProjection()

    expunge_shard = UnicodeAttribute(hash_key=True)
    expunge_at = NumberAttribute(range_key=True)


class VirtualMachine(Owned):
    """`state` is CloudStack's: Starting, Running, Stopping, Stopped, Destroyed, Expunging, Error, Shutdown, Unknown.

    `nics` is [{id, networkid, networkname, type, macaddress, ipaddress, gateway, netmask, cidr, isdefault, vni}]; `vni`
    is null where the network has no segment of its own. `disk_offering_id` is that of the data disk it was deployed with.
    `host_id` is where it runs or is being started; the host's capacity is promised to it exactly as long as `host_id` is set.
    """

    noun = "virtual machine"

    class Meta:
        table_name = table_name("VirtualMachine")

    name = FoldedAttribute()
    display_name = FoldedAttribute()
    instance_name = FoldedAttribute()
    user_id = UnicodeAttribute()
    user_name = UnicodeAttribute(null=True)
    state = FoldedAttribute(default="Stopped")
    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    host_id = UnicodeAttribute(null=True)
    host_name = UnicodeAttribute(null=True)
    last_host_id = UnicodeAttribute(null=True)
    wanted_host_id = UnicodeAttribute(null=True)
    wanted_cluster_id = UnicodeAttribute(null=True)
    wanted_pod_id = UnicodeAttribute(null=True)
    template_id = UnicodeAttribute()
    template_name = UnicodeAttribute()
    template_text = UnicodeAttribute(null=True)
    template_type = UnicodeAttribute(null=True)
    template_format = UnicodeAttribute(null=True)
    arch = UnicodeAttribute(default="x86_64")
    os_type_id = UnicodeAttribute(null=True)
    os_type_name = UnicodeAttribute(null=True)  # of an operator's own operating system
    offering_id = UnicodeAttribute()
    offering_name = UnicodeAttribute()
    disk_offering_id = UnicodeAttribute(null=True)
    disk_offering_name = UnicodeAttribute(null=True)
    cpus = NumberAttribute()
    mhz = NumberAttribute()
    memory_mib = NumberAttribute()
    host_tags = JSONAttribute(default=list)
    storage_tags = JSONAttribute(default=list)
    root_volume_id = UnicodeAttribute()
    pool_type = UnicodeAttribute(null=True)  # of the pool that has its root disk
    volume_ids = JSONAttribute(default=list)  # in the order of the guest's devices, root first
    nics = JSONAttribute(default=list)
    group = UnicodeAttribute(null=True)
    group_id = UnicodeAttribute(null=True)
    affinity_groups = JSONAttribute(null=True)  # [{"id": ..., "name": ..., "type": ..., "description": ...}]
    key_pairs = JSONAttribute(default=list)  # names
    public_keys = JSONAttribute(default=list)
    has_user_data = BooleanAttribute(default=False)
    user_data_id = UnicodeAttribute(null=True)  # of what it got that is kept under a name
    user_data_name = UnicodeAttribute(null=True)
    user_data_policy = UnicodeAttribute(null=True)  # its template's
    user_data_details = JSONAttribute(null=True)  # values of the variables
    details = JSONAttribute(null=True)
    keyboard = UnicodeAttribute(null=True)
    display = BooleanAttribute(default=True)
    ha_enabled = BooleanAttribute(default=False)
    delete_protection = BooleanAttribute(default=False)
    password_enabled = BooleanAttribute(default=False)
    dynamically_scalable = BooleanAttribute(default=False)
    fence = NumberAttribute(default=0)  # of the job that last started or stopped it; hosts' older words are ignored
    expunge_shard = UnicodeAttribute(null=True)
    expunge_at = NumberAttribute(null=True)  # epoch seconds
    updated = UTCDateTimeAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories(
        "name", "display_name", "instance_name", "state", "zone_id", "ha_enabled", "display", "key_pairs",
    )  # fmt: skip
    by_template = relation("template_id")
    by_offering = relation("offering_id")
    by_user = relation("user_id")
    by_group = relation("group_id")
    by_user_data = relation("user_data_id")
    by_host = ByHost()
    by_expunge = ByExpunge()

    @property
    def user_data_key(self) -> str:
        """Where the decoded user data is in the bucket."""
        return f"userdata/{self.id}"
