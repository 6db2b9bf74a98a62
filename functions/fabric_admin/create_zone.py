"""createZone: add a data centre to the cloud."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import Field

from functions.fabric_admin._zone import ZoneResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import Sequence
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction


class CreateZone(Request):
    """Adds a zone: a data centre with its own hosts, networks and storage. It is disabled until it has what it needs."""

    name: Text = Field(description="A name that no other zone has")
    networktype: Annotated[Text, OneOf(("Advanced", "Basic"))] = Field(description="Advanced")
    dns1: Text = Field(description="First DNS server for guests")
    dns2: Text | None = Field(None, description="Second DNS server for guests")
    internaldns1: Text = Field(description="First DNS server for the cloud itself")
    internaldns2: Text | None = Field(None, description="Second DNS server for the cloud itself")
    guestcidraddress: Text = Field(
        "10.1.1.0/24", description="The range that isolated networks take when none is given"
    )
    domain: Text | None = Field(None, description="DNS domain of the zone's networks")
    domainid: Uuid | None = Field(None, description="Make the zone private to this domain")
    allocationstate: Annotated[Text, OneOf(("Enabled", "Disabled"))] = Field(
        "Disabled", description="Enabled or Disabled"
    )
    localstorageenabled: Flag = Field(True, description="Whether hosts' own disks may hold volumes")


@operation(
    CreateZone, roles=ROOT, grants=[Zone.write, Claim.write, Sequence.write, Domain.read], answers=ZoneResponse,
    object_name="zone",
    refuses=("ip6dns1", "ip6dns2", "securitygroupenabled", "isedge", "storageaccessgroups"),
    event="ZONE.CREATE",
)  # fmt: skip
def handler(request: CreateZone, caller: Caller) -> Item:
    """A zone that is new."""
    if request.networktype == "Basic":
        raise InvalidParameter("Basic zones are not supported; create an Advanced zone.")
    try:
        IPv4Network(request.guestcidraddress)
    except ValueError:
        raise InvalidParameter(
            f"guestcidraddress {request.guestcidraddress} is not a network; write 10.1.1.0/24."
        ) from None
    if request.domainid:
        Domain.require(request.domainid)
    zone = Zone(
        new_id(), name=request.name, network_type=request.networktype, dns1=request.dns1, dns2=request.dns2,
        internal_dns1=request.internaldns1, internal_dns2=request.internaldns2, guest_cidr=request.guestcidraddress,
        network_domain=request.domain, domain_id=request.domainid, allocation_state=request.allocationstate,
        local_storage=request.localstorageenabled,
    )  # fmt: skip
    transaction = Transaction()
    transaction.claim(
        f"zone/{zone.name}", zone.id, InvalidParameter(f"There is a zone {zone.name} already; choose another name.")
    )
    transaction.create(zone)
    transaction.commit()
    return Item("zone", show(zone, admin=True))
