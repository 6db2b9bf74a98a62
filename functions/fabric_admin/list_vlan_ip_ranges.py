"""listVlanIpRanges: the ranges of public addresses."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._vlan_range import VlanIpRangeResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.public_address import outside_of
from javelin.data.records.sequence import Sequence
from javelin.data.records.vlan_range import VlanRange


class ListVlanIpRanges(ListRequest):
    """Lists ranges of public addresses."""

    id: Uuid | None = Field(None, description="Only this range")
    zoneid: Uuid | None = Field(None, description="Only ranges of this zone")
    physicalnetworkid: Uuid | None = Field(None, description="Only ranges of this physical network")
    networkid: Uuid | None = Field(None, description="Only ranges of this network outside, of which a zone has one")
    vlan: Text | None = Field(None, description="untagged; there are no others")
    forvirtualnetwork: Flag | None = Field(None, description="True; ranges of shared networks are listed with them")


@operation(
    ListVlanIpRanges, roles=ROOT, grants=[VlanRange.read, Sequence.read], answers=VlanIpRangeResponse,
    object_name="vlaniprange", refuses=("account", "projectid", "domainid", "podid"),
)  # fmt: skip
def handler(request: ListVlanIpRanges, caller: Caller) -> Listing:
    """All that match, in the order in which they were made."""

    filters = Filters().equal("zone_id", request.zoneid).equal("physical_network_id", request.physicalnetworkid)
    if request.networkid:
        filters.equal("zone_id", outside_of(request.networkid))
    filters.equal("vlan", request.vlan and request.vlan.removeprefix("vlan://"))
    filters.nothing(request.forvirtualnetwork is False)
    if keyword := request.keyword:
        filters.add(lambda one: keyword in f"{one.start_ip}-{one.end_ip}")
    ranges, count = list_shared(VlanRange, request, filters, [request.id] if request.id else None)
    return Listing("vlaniprange", [show(one) for one in ranges], count)
