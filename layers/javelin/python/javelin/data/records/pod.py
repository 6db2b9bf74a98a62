"""Pod: a rack of a zone."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name


class Pod(Shared):
    """Its addresses are those of the hosts' management network."""

    noun = "pod"

    class Meta:
        table_name = table_name("Pod")

    name = UnicodeAttribute()
    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    gateway = UnicodeAttribute(null=True)
    netmask = UnicodeAttribute(null=True)
    start_ip = UnicodeAttribute(null=True)
    end_ip = UnicodeAttribute(null=True)
    allocation_state = UnicodeAttribute(default="Enabled")
    inside = NumberAttribute(default=0)  # what was put into it, see javelin.data.counting

    by_cloud = ByCloud()
