"""updateZone: enable a zone, or change its names and servers."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import Field

from functions.fabric_admin._zone import ZoneResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Flag, Integer, OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import sort_keys
from javelin.data.details import within_bounds
from javelin.data.records.claim import Claim
from javelin.data.records.dedication import Dedication
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction


class UpdateZone(Request):
    """Changes a zone; networks and guests that are there keep what they have."""

    id: Uuid = Field(description="The zone")
    name: Text | None = Field(None, description="A name that no other zone has")
    allocationstate: Annotated[Text, OneOf(("Enabled", "Disabled"))] | None = Field(
        None, description="Enabled when guests may be deployed, or Disabled"
    )
    dns1: Text | None = Field(None, description="First DNS server for guests")
    dns2: Text | None = Field(None, description="Second DNS server for guests")
    internaldns1: Text | None = Field(None, description="First DNS server for the cloud itself")
    internaldns2: Text | None = Field(None, description="Second DNS server for the cloud itself")
    guestcidraddress: Text | None = Field(None, description="The range that isolated networks take when none is given")
    domain: Text | None = Field(None, description="DNS domain of the zone's networks")
    ispublic: Flag = Field(False, description="True opens a private zone to everybody")
    localstorageenabled: Flag | None = Field(None, description="Whether hosts' own disks may hold volumes")
    sortkey: Integer | None = Field(None, description="Its place in lists, the lowest first; 0 if it has none")
    details: Details | None = Field(None, description="What operators keep about it, instead of what was said")
    dhcpprovider: Annotated[Text, OneOf(("VirtualRouter",))] | None = Field(None, description="VirtualRouter")


@operation(
    UpdateZone, roles=ROOT, grants=[Zone.write, Claim.write, Dedication.write], answers=ZoneResponse, object_name="zone",
    refuses=("ip6dns1", "ip6dns2", "dnssearchorder"),
    event="ZONE.EDIT",
)  # fmt: skip
def handler(request: UpdateZone, caller: Caller) -> Item:
    """The zone as it is then."""
    zone = Zone.require(request.id)
    transaction = Transaction()
    if request.guestcidraddress is not None:
        try:
            IPv4Network(request.guestcidraddress)
        except ValueError:
            raise InvalidParameter(
                f"guestcidraddress {request.guestcidraddress} is not a network; write 10.1.1.0/24."
            ) from None
    if request.name is not None and request.name.lower() != zone.name.lower():
        taken = InvalidParameter(f"There is a zone {request.name} already; choose another name.")
        transaction.claim(f"zone/{request.name}", zone.id, taken)
        transaction.release(f"zone/{zone.name}")
    changes = {
        "name": request.name, "allocation_state": request.allocationstate, "dns1": request.dns1, "dns2": request.dns2,
        "internal_dns1": request.internaldns1, "internal_dns2": request.internaldns2,
        "guest_cidr": request.guestcidraddress, "network_domain": request.domain,
        "local_storage": request.localstorageenabled,
        "details": None if request.details is None else within_bounds(request.details),
    }  # fmt: skip
    if request.allocationstate == "Disabled" and zone.allocation_state != "Disabled":
        zone.disabled = datetime.now(UTC)
    for name, value in changes.items():
        if value is not None:
            setattr(zone, name, value)
    if request.sortkey is not None:
        sort_keys.put(zone, request.sortkey)
    if request.ispublic:
        zone.domain_id = None
        dedicated = InvalidParameter(f"Zone {zone.name} is dedicated; release it with releaseDedicatedZone instead.")
        transaction.check(Dedication, zone.id, Dedication.id.does_not_exist(), dedicated)
    transaction.save(zone)
    transaction.commit()
    return Item("zone", show(zone, admin=True))
