"""PublicAddress: an address of the outside world, free or some account's."""

from __future__ import annotations

from uuid import UUID, uuid5

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.contract.caller import Caller
from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import cloud_directory
from javelin.data.record import ByCloud, Shared, table_name

FREE_SHARDS = 8
OUTSIDE = "outside"  # the name of the network that a zone's public addresses are in
_TURNED = 0x0000FFFF_00000FFF_0000FFFF_0000FFFF  # bits of a zone's id; those that say what kind of UUID it is stay


class ByFree(GlobalSecondaryIndex["PublicAddress"]):
    """Answers: which addresses of this zone are free? Sparse; `<zone id>/<0 to 7>` spreads a zone."""

    class Meta:
        index_name = "by_free"
        projection = KeysOnlyProjection()

    free_shard = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class ByOwner(GlobalSecondaryIndex["PublicAddress"]):
    """Answers: which addresses does this account have? Sparse."""

    class Meta:
        index_name = "by_owner"
        projection = KeysOnlyProjection()

    account_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class ByNetwork(GlobalSecondaryIndex["PublicAddress"]):
    """Answers: which addresses does this network have? Sparse."""

    class Meta:
        index_name = "by_network"
        projection = KeysOnlyProjection()

    network_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class PublicAddress(Shared):
    """`state` is Free, Allocated or Releasing; see javelin.data.public_addresses for taking and giving back.

    The id follows from zone and address, so that no address is in a zone twice.
    """

    noun = "public IP address"

    class Meta:
        table_name = table_name("PublicAddress")

    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    range_id = UnicodeAttribute()
    physical_network_id = UnicodeAttribute(null=True)
    ip = FoldedAttribute()
    gateway = UnicodeAttribute()
    netmask = UnicodeAttribute()
    vlan = UnicodeAttribute(default="untagged")
    bridge = UnicodeAttribute(null=True)
    state = FoldedAttribute(default="Free")
    free_shard = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    domain_id = UnicodeAttribute(null=True)
    domain_path = UnicodeAttribute(null=True)
    network_id = UnicodeAttribute(null=True)
    network_name = FoldedAttribute(null=True)
    source_nat = BooleanAttribute(default=False)
    static_nat = BooleanAttribute(default=False)
    vm_id = UnicodeAttribute(null=True)
    allocated = UTCDateTimeAttribute(null=True)
    tags = JSONAttribute(null=True)  # as those of owned records

    by_cloud = ByCloud()
    by_shelf = cloud_directory(
        "ip", "network_name", "state", "zone_id", "range_id", "physical_network_id", "network_id", "source_nat",
        "static_nat", "account_id", "domain_path",
    )  # fmt: skip
    by_free = ByFree()
    by_owner = ByOwner()
    by_network = ByNetwork()

    @classmethod
    def visible_to(cls, caller: Caller, key: str) -> PublicAddress:
        """The address if it is somebody's whose things the caller may see. Otherwise as if it did not exist."""
        found = cls.find(key)
        if found is None or found.account_id is None or not caller.sees(found.account_id, found.domain_path):
            raise cls.unknown(key)
        return found


def address_id(zone_id: str, ip: str) -> str:
    """The id of an address in a zone."""
    return str(uuid5(UUID(zone_id), ip))


def outside_of(zone_id: str) -> str:
    """The id of the network outside of a zone; of that id it is the zone's. -1, which is no id, stays what it is."""
    return zone_id if zone_id == "-1" else str(UUID(int=UUID(zone_id).int ^ _TURNED))


def free_shard(zone_id: str, key: str) -> str:
    """Where a free address of this id is found."""
    return f"{zone_id}/{int(key[-1], 16) % FREE_SHARDS}"
