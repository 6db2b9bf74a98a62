"""NetworkOffering: what a network's router does for its guests."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name
from javelin.data.sort_keys import BySortKey


class NetworkOffering(Shared):
    """`services` maps a service (Dhcp, Dns, SourceNat, UserData ...) to its provider."""

    noun = "network offering"

    class Meta:
        table_name = table_name("NetworkOffering")

    name = UnicodeAttribute()
    display_text = UnicodeAttribute()
    state = UnicodeAttribute(default="Disabled")
    guest_type = UnicodeAttribute(default="Isolated")
    traffic_type = UnicodeAttribute(default="Guest")
    availability = UnicodeAttribute(default="Optional")
    is_default = BooleanAttribute(default=False)
    specify_vlan = BooleanAttribute(default=False)
    specify_ip_ranges = BooleanAttribute(default=False)
    conserve_mode = BooleanAttribute(default=True)
    egress_allowed = BooleanAttribute(default=True)
    persistent = BooleanAttribute(default=False)
    for_vpc = BooleanAttribute(default=False)
    sort_key = NumberAttribute(default=0)
    placed = UnicodeAttribute(null=True)  # see javelin.data.sort_keys
    network_rate = NumberAttribute(null=True)
    tags = UnicodeAttribute(null=True)
    services = JSONAttribute(default=dict)
    capabilities = JSONAttribute(default=list)  # [{service, capabilitytype, capabilityvalue}] as they were asked for
    domain_ids: ListAttribute[Any] = ListAttribute(default=list)
    zone_ids: ListAttribute[Any] = ListAttribute(default=list)
    inside = NumberAttribute(default=0)  # networks that are made with it, see javelin.data.counting

    by_cloud = ByCloud()
    by_sort_key = BySortKey()
