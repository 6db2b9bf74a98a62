"""listNetworks: the networks that the caller may put guests into."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.network._network import NetworkResponse, show_all
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OneOf, OwnedListRequest, Rows, Text, TextList, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, page_of, window
from javelin.data.reach import reach_of
from javelin.data.records.lease import Lease
from javelin.data.records.network import SHARED, Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.tag import Tag
from javelin.sync import lease

FILTERS = ("account", "domain", "accountdomain", "shared", "all", "Account", "Domain", "AccountDomain", "Shared", "All")


class ListNetworks(OwnedListRequest):
    """Lists networks: one's own, and those that one's domain shares."""

    id: Uuid | None = Field(None, description="Only this one")
    name: Text | None = Field(None, description="Only those of this name")
    zoneid: Uuid | None = Field(None, description="Only those in this zone")
    type: Text | None = Field(None, description="Only those of this type: Isolated or Shared")
    acltype: Text | None = Field(None, description="Only those of this kind of access: Account or Domain")
    networkofferingid: Uuid | None = Field(None, description="Only those of this offering")
    networkfilter: Annotated[Text, OneOf(FILTERS)] | None = Field(
        None, description="account for owned ones, domain or shared for shared ones, all for both"
    )
    physicalnetworkid: Uuid | None = Field(None, description="Only those that this physical network carries")
    supportedservices: TextList = Field(default_factory=list, description="Only those that have these services")
    restartrequired: Flag | None = Field(None, description="Only those that must (or need not) be restarted")
    specifyipranges: Flag | None = Field(None, description="Only those whose maker said (or did not) the addresses")
    canusefordeploy: Flag | None = Field(None, description="Only those that guests can be deployed into (or not)")
    displaynetwork: Flag | None = Field(None, description="Only those that users see (or do not)")
    traffictype: Text | None = Field(None, description="Only those of this traffic: all are Guest")
    issystem: Flag = Field(False, description="Only the cloud's own, of which there are none")
    forvpc: Flag = Field(False, description="Only tiers of a VPC, of which there are none")
    vpcid: Uuid | None = Field(None, description="Only tiers of this VPC, of which there are none")
    vlan: Text | None = Field(None, description="Only that with this segment, for operators")
    tags: Rows = Field(default_factory=list, description="Only those with these tags: tags[0].key, tags[0].value")
    retrieveonlyresourcecount: Flag = Field(False, description="Give the count alone")
    showicon: Flag = Field(False, description="Accepted; there are no icons")


@operation(
    ListNetworks, roles=EVERYONE, answers=NetworkResponse, object_name="network", refuses=("associatednetworkid",),
    grants=[Network.read, NetworkOffering.read, Lease.read, Tag.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListNetworks, caller: Caller) -> Listing:
    """Shared networks come first; of the cloud's whole list they are part anyway."""
    admin = caller.role_type in OPERATORS
    filters, page = _filters(request, admin=admin), window(request)
    wanted = (request.networkfilter or "all").lower()
    if request.id:
        rows = [row for row in Network.load_all([request.id]) if _visible(row, caller) and filters.passes(row)]
        return _listing(request, rows, len(rows), admin=admin)
    reach = reach_of(caller, request)
    if wanted == "all" and reach.everything:
        networks, count = page_of(Network, reach, page, filters)
        return _listing(request, networks, count, admin=admin)
    found: list[Network] = []
    if wanted != "account" and not request.account:
        shared = Network.load_all(row.id for row in Network.by_shared.query(SHARED))
        found = [row for row in shared if _visible(row, caller) and filters.passes(row)]
    rows, count = page.of(found), len(found)
    if wanted not in ("domain", "shared"):
        if wanted != "account":
            filters.absent("shared")
        owned, others = page_of(Network, reach, page.after(len(found)), filters)
        rows, count = [*rows, *owned], count + others
    return _listing(request, rows, count, admin=admin)


def _listing(request: ListNetworks, rows: list[Network], count: int, *, admin: bool) -> Listing:
    if request.retrieveonlyresourcecount:
        return Listing("network", [], count)
    busy = lease.holders(network.id for network in rows)
    return Listing("network", show_all(rows, admin=admin, busy=busy), count)


def _visible(network: Network, caller: Caller) -> bool:
    return caller.sees(network.account_id, network.domain_path) or network.usable_by(
        caller.account_id, caller.domain_path
    )


def _filters(request: ListNetworks, *, admin: bool) -> Filters:
    filters = Filters().equal("name", request.name).equal("zone_id", request.zoneid)
    filters.word("type", request.type).word("acl_type", request.acltype)
    filters.related(Network.by_offering, "offering_id", request.networkofferingid)
    filters.equal("restart_required", request.restartrequired)
    filters.equal("physical_network_id", request.physicalnetworkid).equal("display", request.displaynetwork)
    filters.contains(request.keyword, "name", "display_text").tagged(Network, request.tags)
    if request.canusefordeploy is not None:
        (filters.outside if request.canusefordeploy else filters.among)("state", ("Destroy",))
    if request.specifyipranges is not None:
        filters.add(lambda row: (row.start_ip is not None) == request.specifyipranges)
    filters.nothing(request.traffictype and request.traffictype.lower() != "guest")
    filters.nothing(request.issystem or request.forvpc or request.vpcid)
    if request.vlan and admin:
        filters.add(lambda row: request.vlan == (str(int(row.vni)) if row.vni else "untagged"))
    if request.supportedservices:
        offerings: dict[str, NetworkOffering | None] = {}
        filters.add(lambda row: _serves(row, request.supportedservices, offerings))
    return filters


def _serves(network: Network, services: list[str], offerings: dict[str, NetworkOffering | None]) -> bool:
    key = network.offering_id
    if key not in offerings:
        offerings[key] = NetworkOffering.find(key)
    offering = offerings[key]
    present = {name.lower() for name in (offering.services if offering else {})}
    return {name.lower() for name in services} <= present
