"""listTrafficTypes: which traffic a physical network carries."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._physical_network import TrafficTypeResponse, show_traffic
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import window
from javelin.data.records.physical_network import PhysicalNetwork


class ListTrafficTypes(ListRequest):
    """Lists the traffic of a physical network."""

    physicalnetworkid: Uuid = Field(description="The physical network")


@operation(
    ListTrafficTypes, roles=ROOT, grants=[PhysicalNetwork.read], answers=TrafficTypeResponse, object_name="traffictype"
)
def handler(request: ListTrafficTypes, caller: Caller) -> Listing:
    """In the order in which it was added."""
    network, page = PhysicalNetwork.require(request.physicalnetworkid), window(request)
    wanted = (request.keyword or "").lower()
    rows = [row for row in network.traffic_types if wanted in row["type"].lower()]
    shown = rows[page.start : page.start + page.size]
    return Listing("traffictype", [show_traffic(network, row) for row in shown], len(rows))
