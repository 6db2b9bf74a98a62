"""listNetworkOfferings: what networks may be made with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.network._network_offering import NetworkOfferingResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Length, ListRequest, Text, TextList, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.offerings import REACH, Viewer, fits
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.sequence import Sequence
from javelin.data.sort_keys import READ_SORT_KEYS, places_of


class ListNetworkOfferings(ListRequest):
    """Lists the offerings that the caller may make networks with; users see those that are enabled."""

    id: Uuid | None = Field(None, description="Only this offering")
    name: Text | None = Field(None, description="Only the offering of this name")
    displaytext: Text | None = Field(None, description="Only offerings described so")
    traffictype: Text | None = Field(None, description="GUEST; there are no others")
    guestiptype: Text | None = Field(None, description="Only offerings of this type: Isolated, Shared or L2")
    state: Text | None = Field(None, description="Only offerings in this state: Enabled or Disabled")
    availability: Text | None = Field(None, description="Only offerings of this availability: Optional or Required")
    isdefault: Flag | None = Field(None, description="Only offerings that the cloud came with, or only others")
    specifyvlan: Flag | None = Field(None, description="Only offerings that take a VLAN, or only others")
    specifyipranges: Flag | None = Field(None, description="Only offerings that take ranges, or only others")
    sourcenatsupported: Flag | None = Field(None, description="Only offerings with source NAT, or only others")
    supportedservices: TextList | None = Field(None, description="Only offerings with all these services")
    tags: Annotated[Text, Length(4096)] | None = Field(None, description="Only offerings with these tags")
    istagged: Flag | None = Field(None, description="Only offerings that have tags, or only others")
    forvpc: Flag | None = Field(None, description="Only offerings for tiers of a VPC, or only others")
    domainid: Uuid | None = Field(None, description="Only offerings for this domain")
    zoneid: Uuid | None = Field(None, description="Only offerings for this zone")


@operation(
    ListNetworkOfferings, roles=EVERYONE, grants=[NetworkOffering.read, Sequence.read, *REACH, *READ_SORT_KEYS],
    answers=NetworkOfferingResponse, object_name="networkoffering", refuses=("networkid", "routingmode"),
)  # fmt: skip
def handler(request: ListNetworkOfferings, caller: Caller) -> Listing:
    """Offerings for the caller's domain and those above it; admins see those of the domains below too."""
    viewer, admin = Viewer(caller), caller.role_type in OPERATORS
    filters = _filters(request).equal("state", None if admin else "Enabled").add(viewer.may_use)
    offerings, count = list_shared(
        NetworkOffering, request, filters, [request.id] if request.id else None, places_of(NetworkOffering)
    )
    return Listing("networkoffering", [show(offering, viewer) for offering in offerings], count)


def _filters(request: ListNetworkOfferings) -> Filters:
    filters = Filters().word("name", request.name).word("display_text", request.displaytext)
    filters.word("traffic_type", request.traffictype).word("guest_type", request.guestiptype)
    filters.word("state", request.state).word("availability", request.availability).word("tags", request.tags)
    filters.equal("is_default", request.isdefault).equal("specify_vlan", request.specifyvlan)
    filters.equal("specify_ip_ranges", request.specifyipranges).equal("for_vpc", request.forvpc)
    filters.contains(request.keyword, "name")
    if request.sourcenatsupported is not None:
        filters.add(lambda offering: ("SourceNat" in offering.services) == request.sourcenatsupported)
    if request.istagged is not None:
        filters.add(lambda offering: bool(offering.tags) == request.istagged)
    services = {name.lower() for name in request.supportedservices or []}
    filters.add(lambda offering: services <= {name.lower() for name in offering.services})
    return filters.add(lambda offering: fits(offering, domain_id=request.domainid, zone_id=request.zoneid))
