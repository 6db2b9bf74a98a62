"""Zone: a data centre, with its own hosts, networks and storage."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from javelin.contract.caller import Caller
from javelin.data.record import ByCloud, Shared, table_name
from javelin.data.sort_keys import BySortKey


class Zone(Shared):
    """`allocation_state` is Enabled when guests may be deployed. `domain_id` makes it private to a domain."""

    noun = "zone"

    class Meta:
        table_name = table_name("Zone")

    name = UnicodeAttribute()
    network_type = UnicodeAttribute(default="Advanced")
    dns1 = UnicodeAttribute()
    dns2 = UnicodeAttribute(null=True)
    internal_dns1 = UnicodeAttribute()
    internal_dns2 = UnicodeAttribute(null=True)
    guest_cidr = UnicodeAttribute(default="10.1.1.0/24")
    network_domain = UnicodeAttribute(null=True)
    domain_id = UnicodeAttribute(null=True)
    allocation_state = UnicodeAttribute(default="Disabled")
    local_storage = BooleanAttribute(default=True)
    disabled = UTCDateTimeAttribute(null=True)  # since when, if it was enabled before
    security_groups = BooleanAttribute(default=False)
    inside = NumberAttribute(default=0)  # what was put into it, see javelin.data.counting
    details = JSONAttribute(null=True)  # operators' own words, which nothing depends on
    tags = JSONAttribute(default=list)  # as in the Tag items, which are the first account's
    sort_key = NumberAttribute(default=0)
    placed = UnicodeAttribute(null=True)  # see javelin.data.sort_keys

    by_cloud = ByCloud()
    by_sort_key = BySortKey()

    @classmethod
    def visible_to(cls, caller: Caller, key: str) -> Zone:
        """The zone, for the cloud's administrators, who may tag it. Otherwise as if it did not exist."""
        found = cls.find(key)
        if found is None or not caller.is_root:
            raise cls.unknown(key)
        return found
