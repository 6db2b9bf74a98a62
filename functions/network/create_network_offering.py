"""createNetworkOffering: say what a network's router does for its guests."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.network._network_offering import NetworkOfferingResponse, services_of, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, Length, OneOf, Request, Rows, Text, TextList, UuidList
from javelin.contract.responses import Item
from javelin.data.ids import new_id
from javelin.data.offerings import REACH, Viewer, never, reach
from javelin.data.records.claim import Claim
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction

GUEST_TYPES = {"isolated": "Isolated", "shared": "Shared", "l2": "L2"}


class CreateNetworkOffering(Request):
    """Makes an offering: what the router of a network does for its guests. It is disabled unless enable is true."""

    name: Text = Field(description="A name that no other network offering has")
    displaytext: Text | None = Field(None, description="What it is, in words; the name if missing")
    traffictype: Text = Field(description="GUEST")
    guestiptype: Text = Field(description="Isolated, Shared or L2")
    supportedservices: TextList | None = Field(None, description="What is done for guests: Dhcp, Dns, SourceNat ...")
    serviceproviderlist: Rows | None = Field(None, description="Who does it: rows of service and provider")
    servicecapabilitylist: Rows | None = Field(
        None, description="How: rows of service, capabilitytype and capabilityvalue"
    )
    availability: Annotated[Text, OneOf(("Optional", "Required"))] = Field("Optional", description="Optional, Required")
    tags: Annotated[Text, Length(4096)] | None = Field(None, description="Tags that the physical network must have")
    specifyvlan: Flag = Field(False, description="Whether a network's maker says its VLAN")
    specifyipranges: Flag = Field(False, description="Whether a network's maker says its addresses")
    conservemode: Flag = Field(True, description="Whether one address may serve several purposes")
    ispersistent: Flag = Field(False, description="Whether networks are there without guests")
    egressdefaultpolicy: Flag = Field(True, description="Whether guests may go out where no rule says otherwise")
    networkrate: Integer | None = Field(None, description="Mbit/s of a network")
    internetprotocol: Text | None = Field(None, description="IPv4")
    networkmode: Text | None = Field(None, description="NATTED")
    forvpc: Flag = Field(False, description="Whether it is for tiers of a VPC")
    domainid: UuidList | None = Field(None, description="The domains that it is for; all if missing")
    zoneid: UuidList | None = Field(None, description="The zones that it is for; all if missing")
    enable: Flag = Field(False, description="Whether it is enabled at once")
    fornsx: Flag = Field(False, description="Not supported: false")
    fortungsten: Flag = Field(False, description="Not supported: false")
    nsxsupportlb: Flag = Field(False, description="Not supported: false")
    nsxsupportsinternallb: Flag = Field(False, description="Not supported: false")
    specifyasnumber: Flag = Field(False, description="Not supported: false")
    keepaliveenabled: Flag = Field(False, description="Not supported: false")


@operation(
    CreateNetworkOffering, roles=ROOT, grants=[NetworkOffering.write, Claim.write, Sequence.write, *REACH],
    answers=NetworkOfferingResponse, object_name="networkoffering",
    refuses=("serviceofferingid", "provider", "details", "routingmode", "maxconnections"),
    event="NETWORK.OFFERING.CREATE",
)  # fmt: skip
def handler(request: CreateNetworkOffering, caller: Caller) -> Item:
    """An offering whose services somebody does."""
    never(
        request, "keepaliveenabled", "fornsx", "fortungsten", "nsxsupportlb", "nsxsupportsinternallb", "specifyasnumber"
    )
    kind = GUEST_TYPES.get(request.guestiptype.lower())
    if kind is None:
        raise InvalidParameter("guestiptype must be Isolated, Shared or L2.")
    for name, wanted in (("traffictype", "guest"), ("internetprotocol", "ipv4"), ("networkmode", "natted")):
        given = getattr(request, name)
        if given is not None and given.lower() != wanted:
            raise InvalidParameter(f"{name} {given} is not supported; give {wanted} or leave it out.")
    services = services_of(request.supportedservices, request.serviceproviderlist)
    if kind == "L2" and services.keys() - {"UserData"}:
        raise InvalidParameter("A network of type L2 has no router: it takes no services.")
    domains, zones = reach(caller, request.domainid, request.zoneid)
    offering = NetworkOffering(
        new_id(), name=request.name, display_text=request.displaytext or request.name,
        state="Enabled" if request.enable else "Disabled", guest_type=kind, availability=request.availability,
        specify_vlan=request.specifyvlan, specify_ip_ranges=request.specifyipranges,
        conserve_mode=request.conservemode, egress_allowed=request.egressdefaultpolicy,
        persistent=request.ispersistent, network_rate=request.networkrate, tags=request.tags, services=services,
        capabilities=_capabilities(request, services), for_vpc=request.forvpc, domain_ids=domains, zone_ids=zones,
    )  # fmt: skip
    taken = InvalidParameter(f"There is a network offering {offering.name} already; choose another name.")
    transaction = Transaction()
    transaction.claim(f"network_offering/{offering.name}", offering.id, taken)
    transaction.create(offering)
    transaction.commit()
    return Item("networkoffering", show(offering, Viewer(caller)))


def _capabilities(request: CreateNetworkOffering, services: dict[str, str]) -> list[dict[str, str]]:
    wanted = ("service", "capabilitytype", "capabilityvalue")
    rows = []
    for row in request.servicecapabilitylist or []:
        if set(row) != set(wanted) or row["service"].lower() not in {name.lower() for name in services}:
            raise InvalidParameter(f"servicecapabilitylist needs {', '.join(wanted)} for services of the offering.")
        service = next(name for name in services if name.lower() == row["service"].lower())
        rows.append(row | {"service": service})
    return rows
