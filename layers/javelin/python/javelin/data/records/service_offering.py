"""ServiceOffering: CPU, memory and root disk that a guest gets."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name
from javelin.data.sort_keys import BySortKey


class ServiceOffering(Shared):
    """`cpus`, `mhz` and `memory_mib` are absent when the deployer chooses (custom), within the bounds if there are any."""

    noun = "service offering"

    class Meta:
        table_name = table_name("ServiceOffering")

    name = UnicodeAttribute()
    display_text = UnicodeAttribute()
    state = UnicodeAttribute(default="Active")
    cpus = NumberAttribute(null=True)
    mhz = NumberAttribute(null=True)
    memory_mib = NumberAttribute(null=True)
    min_cpus = NumberAttribute(null=True)
    max_cpus = NumberAttribute(null=True)
    min_memory_mib = NumberAttribute(null=True)
    max_memory_mib = NumberAttribute(null=True)
    customized = BooleanAttribute(default=False)
    root_disk_gib = NumberAttribute(null=True)
    storage_type = UnicodeAttribute(default="shared")
    provisioning_type = UnicodeAttribute(default="thin")
    offer_ha = BooleanAttribute(default=False)
    limit_cpu = BooleanAttribute(default=False)
    volatile = BooleanAttribute(default=False)
    dynamic_scaling = BooleanAttribute(default=True)
    deployment_planner = UnicodeAttribute(null=True)
    network_rate = NumberAttribute(null=True)
    host_tags: ListAttribute[Any] = ListAttribute(default=list)
    storage_tags: ListAttribute[Any] = ListAttribute(default=list)
    domain_ids: ListAttribute[Any] = ListAttribute(default=list)
    zone_ids: ListAttribute[Any] = ListAttribute(default=list)
    details = JSONAttribute(null=True)
    sort_key = NumberAttribute(default=0)
    placed = UnicodeAttribute(null=True)  # see javelin.data.sort_keys

    by_cloud = ByCloud()
    by_sort_key = BySortKey()
