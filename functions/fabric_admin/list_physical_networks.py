"""listPhysicalNetworks: the wires of the zones."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._physical_network import PhysicalNetworkResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.sequence import Sequence


class ListPhysicalNetworks(ListRequest):
    """Lists physical networks."""

    id: Uuid | None = Field(None, description="Only this physical network")
    name: Text | None = Field(None, description="Only physical networks of this name")
    zoneid: Uuid | None = Field(None, description="Only physical networks of this zone")


@operation(
    ListPhysicalNetworks, roles=ROOT, grants=[PhysicalNetwork.read, Sequence.read], answers=PhysicalNetworkResponse,
    object_name="physicalnetwork",
)  # fmt: skip
def handler(request: ListPhysicalNetworks, caller: Caller) -> Listing:
    """All that match, in the order in which they were made."""

    filters = Filters().equal("name", request.name).contains(request.keyword, "name").equal("zone_id", request.zoneid)
    networks, count = list_shared(PhysicalNetwork, request, filters, [request.id] if request.id else None)
    return Listing("physicalnetwork", [show(network) for network in networks], count)
