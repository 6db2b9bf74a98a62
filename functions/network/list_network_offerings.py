"""listNetworkOfferings: what networks may be made with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.network._network_offering import NetworkOfferingResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Length, ListRequest, Text, TextList, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import list_shared
from javelin.data.offerings import REACH, Viewer, fits
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.sequence import Sequence


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
    ListNetworkOfferings, roles=EVERYONE, grants=[NetworkOffering.read, Sequence.read, *REACH],
    answers=NetworkOfferingResponse, object_name="networkoffering", refuses=("networkid", "routingmode"),
)  # fmt: skip
def handler(request: ListNetworkOfferings, caller: Caller) -> Listing:
    """Offerings for the caller's domain and those above it; admins see those of the domains below too."""
    viewer, admin = Viewer(caller), caller.role_type in OPERATORS
    services = {name.lower() for name in request.supportedservices or []}

    def keep(offering: NetworkOffering) -> bool:
        return (
            (admin or offering.state == "Enabled")
            and _same(request.name, offering.name)
            and _same(request.displaytext, offering.display_text)
            and _same(request.traffictype, offering.traffic_type)
            and _same(request.guestiptype, offering.guest_type)
            and _same(request.state, offering.state)
            and _same(request.availability, offering.availability)
            and _same(request.tags, offering.tags)
            and request.isdefault in (None, offering.is_default)
            and request.specifyvlan in (None, offering.specify_vlan)
            and request.specifyipranges in (None, offering.specify_ip_ranges)
            and request.sourcenatsupported in (None, "SourceNat" in offering.services)
            and request.istagged in (None, bool(offering.tags))
            and request.forvpc in (None, offering.for_vpc)
            and services <= {name.lower() for name in offering.services}
            and (request.keyword is None or request.keyword.lower() in offering.name.lower())
            and fits(offering, domain_id=request.domainid, zone_id=request.zoneid)
            and viewer.may_use(offering)
        )

    offerings, count = list_shared(NetworkOffering, request, keep, [request.id] if request.id else None)
    return Listing("networkoffering", [show(offering, viewer) for offering in offerings], count)


def _same(asked: str | None, has: str | None) -> bool:
    return asked is None or asked.lower() == (has or "").lower()
