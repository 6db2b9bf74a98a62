"""Network: a layer-2 segment with a router that gives its guests addresses, names and a way out."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

SHARED = "shared"


class ByShared(GlobalSecondaryIndex["Network"]):
    """Answers: which networks are shared by the tenants of a domain and those below? Sparse."""

    class Meta:
        index_name = "by_shared"
        projection = KeysOnlyProjection()

    shared = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class ByRouterHost(GlobalSecondaryIndex["Network"]):
    """Answers: which networks' routers run on this host? Sparse."""

    class Meta:
        index_name = "by_router_host"
        projection = KeysOnlyProjection()

    router_host_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Network(Owned):
    """`state` is Allocated (nowhere yet), Implementing, Implemented, Shutdown or Destroy; `nics` counts guests' NICs.

    A network has a `vni`, or is that of the hosts' bridge `uplink`. Its router runs on `router_host_id`; it has the
    gateway's address, or `router_ip` where the gateway is somebody else. `revision` counts the changes of `members`, so
    that hosts know what comes late. `shared` is SHARED for those that `acl_type` Domain opens to a domain's tenants.
    """

    noun = "network"

    class Meta:
        table_name = table_name("Network")

    name = FoldedAttribute()
    display_text = FoldedAttribute()
    type = FoldedAttribute(default="Isolated")
    acl_type = FoldedAttribute(default="Account")
    state = FoldedAttribute(default="Allocated")
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
    router_ip = UnicodeAttribute(null=True)
    vni = NumberAttribute(null=True)
    uplink = UnicodeAttribute(null=True)
    details = JSONAttribute(null=True)
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
    revision = NumberAttribute(default=0)
    shared = UnicodeAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories(
        "name", "display_text", "type", "acl_type", "state", "zone_id", "physical_network_id", "display",
        "restart_required", "shared", "router_id", "router_host_id",
    )  # fmt: skip
    by_offering = relation("offering_id")
    by_shared = ByShared()
    by_router_host = ByRouterHost()

    def usable_by(self, account_id: str, domain_path: str) -> bool:
        """Whether an account in this domain may put guests into it: its own, or a shared one of a domain above."""
        return bool(self.account_id == account_id or (self.shared and domain_path.startswith(self.domain_path)))

    @staticmethod
    def vni_claim(vni: int) -> str:
        """What makes a segment's number unique in the cloud."""
        return f"vni/{vni}"
