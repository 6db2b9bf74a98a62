"""Cluster: hosts of one kind that share storage pools."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name


class Cluster(Shared):
    """Overcommit ratios multiply what the hosts have when guests are placed."""

    noun = "cluster"

    class Meta:
        table_name = table_name("Cluster")

    name = UnicodeAttribute()
    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    pod_id = UnicodeAttribute()
    pod_name = UnicodeAttribute()
    hypervisor = UnicodeAttribute(default="KVM")
    cluster_type = UnicodeAttribute(default="CloudManaged")
    arch = UnicodeAttribute(default="x86_64")
    allocation_state = UnicodeAttribute(default="Enabled")
    cpu_overcommit = NumberAttribute(default=1.0)
    memory_overcommit = NumberAttribute(default=1.0)
    inside = NumberAttribute(default=0)  # what was put into it, see javelin.data.counting

    by_cloud = ByCloud()
