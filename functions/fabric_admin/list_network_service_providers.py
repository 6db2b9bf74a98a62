"""listNetworkServiceProviders: who serves networks on the physical networks."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._physical_network import ProviderResponse, show_provider
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import window
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.sequence import Sequence
from javelin.data.walk import ids_of


class ListNetworkServiceProviders(ListRequest):
    """Lists the providers of network services."""

    physicalnetworkid: Uuid | None = Field(None, description="Only those of this physical network")
    name: Text | None = Field(None, description="Only those of this name")
    state: Text | None = Field(None, description="Only those in this state: Enabled or Disabled")


@operation(
    ListNetworkServiceProviders, roles=ROOT, grants=[PhysicalNetwork.read, Sequence.read], answers=ProviderResponse,
    object_name="networkserviceprovider",
)  # fmt: skip
def handler(request: ListNetworkServiceProviders, caller: Caller) -> Listing:
    """Physical network by physical network; there are few of them."""
    keys = (
        [request.physicalnetworkid]
        if request.physicalnetworkid
        else [key for ids in ids_of(PhysicalNetwork) for key in ids]
    )
    networks, page = PhysicalNetwork.load_all(keys), window(request)
    rows = [
        (network, row)
        for network in networks
        for row in network.providers
        if request.name in (None, row["name"])
        and request.state in (None, row["state"])
        and (request.keyword or "").lower() in row["name"].lower()
    ]
    shown = rows[page.start : page.start + page.size]
    return Listing("networkserviceprovider", [show_provider(network, row) for network, row in shown], len(rows))
