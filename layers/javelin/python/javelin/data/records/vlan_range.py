"""VlanRange: a range of public addresses, and the hosts' bridge that they are reached by."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name


class VlanRange(Shared):
    """`vlan` is untagged; `bridge` is that of the physical network's public traffic, absent if it has none."""

    noun = "address range"

    class Meta:
        table_name = table_name("VlanRange")

    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    physical_network_id = UnicodeAttribute(null=True)
    gateway = UnicodeAttribute()
    netmask = UnicodeAttribute()
    cidr = UnicodeAttribute()
    start_ip = UnicodeAttribute()
    end_ip = UnicodeAttribute()
    vlan = UnicodeAttribute(default="untagged")
    bridge = UnicodeAttribute(null=True)

    by_cloud = ByCloud()
