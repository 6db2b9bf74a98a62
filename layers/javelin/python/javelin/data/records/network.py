"""Network: a layer-2 segment with a router that gives its guests addresses, names and a way out."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, MapAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.record import ByAccount, ByCloud, Owned, table_name


class Network(Owned):
    """`state` is Allocated (nowhere yet), Implementing, Implemented, Shutdown or Destroy; `nics` counts guests' NICs.

    An isolated network has a `vni`; a shared one the hosts' bridge `uplink`. Its router runs on `router_host_id`.
    """

    noun = "network"

    class Meta:
        table_name = table_name("Network")

    name = UnicodeAttribute()
    display_text = UnicodeAttribute()
    type = UnicodeAttribute(default="Isolated")
    acl_type = UnicodeAttribute(default="Account")
    state = UnicodeAttribute(default="Allocated")
    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    offering_id = UnicodeAttribute()
    physical_network_id = UnicodeAttribute(null=True)
    cidr = UnicodeAttribute()
    gateway = UnicodeAttribute()
    netmask = UnicodeAttribute()
    start_ip = UnicodeAttribute(null=True)
    end_ip = UnicodeAttribute(null=True)
    network_domain = UnicodeAttribute(default="cs.internal")
    dns1 = UnicodeAttribute(null=True)
    dns2 = UnicodeAttribute(null=True)
    vni = NumberAttribute(null=True)
    uplink = UnicodeAttribute(null=True)
    source_nat = BooleanAttribute(default=False)
    egress_allowed = BooleanAttribute(default=True)
    router_id = UnicodeAttribute(null=True)
    router_host_id = UnicodeAttribute(null=True)
    public_ip_id = UnicodeAttribute(null=True)
    public_ip = UnicodeAttribute(null=True)
    public_netmask = UnicodeAttribute(null=True)
    public_gateway = UnicodeAttribute(null=True)
    public_bridge = UnicodeAttribute(null=True)
    members: MapAttribute[str, Any] = MapAttribute(default=dict)  # the hosts that have guests of it: id -> address
    restart_required = BooleanAttribute(default=False)
    display = BooleanAttribute(default=True)
    nics = NumberAttribute(default=0)

    by_cloud = ByCloud()
    by_account = ByAccount()
