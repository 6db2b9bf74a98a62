"""PhysicalNetwork: the wires of a zone, what traffic they carry, and who serves networks on them."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name


class PhysicalNetwork(Shared):
    """`traffic_types` is [{id, type, label}]: `label` is the hosts' bridge that carries it. `providers` is
    [{id, name, state, services}]. `vlan` is the range of numbers that networks may take, as it was given.
    """

    noun = "physical network"

    class Meta:
        table_name = table_name("PhysicalNetwork")

    name = UnicodeAttribute()
    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    state = UnicodeAttribute(default="Disabled")
    domain_id = UnicodeAttribute(null=True)
    vlan = UnicodeAttribute(null=True)
    speed = UnicodeAttribute(null=True)
    broadcast_range = UnicodeAttribute(default="ZONE")
    isolation_methods: ListAttribute[Any] = ListAttribute(default=list)
    tags: ListAttribute[Any] = ListAttribute(default=list)
    traffic_types = JSONAttribute(default=list)
    providers = JSONAttribute(default=list)
    inside = NumberAttribute(default=0)  # networks and ranges that are on it, see javelin.data.counting

    by_cloud = ByCloud()

    def label(self, traffic_type: str) -> str | None:
        """The hosts' bridge that carries this traffic, if one is named."""
        return next((row["label"] for row in self.traffic_types if row["type"] == traffic_type), None)
