"""updateNetworkOffering: enable, disable or describe a network offering anew."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.network._network_offering import NetworkOfferingResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, Length, OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.offerings import REACH, Viewer, never, rewrite
from javelin.data.records.claim import Claim
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.transaction import Transaction


class UpdateNetworkOffering(Request):
    """Changes an offering; networks that were made with it stay as they are."""

    id: Uuid | None = Field(None, description="The offering")
    name: Text | None = Field(None, description="A name that no other network offering has")
    displaytext: Text | None = Field(None, description="What it is, in words")
    state: Annotated[Text, OneOf(("Enabled", "Disabled"))] | None = Field(None, description="Enabled or Disabled")
    availability: Annotated[Text, OneOf(("Optional", "Required"))] | None = Field(
        None, description="Optional, Required"
    )
    tags: Annotated[Text, Length(4096)] | None = Field(None, description="Tags that the physical network must have")
    sortkey: Integer | None = Field(None, description="Its place in lists, the lowest first; 0 if it has none")
    domainid: Text | None = Field(None, description="The domains that it is for, comma-separated; public for all")
    zoneid: Annotated[Text, Length(4096)] | None = Field(
        None, description="The zones that it is for, comma-separated; all for all"
    )
    keepaliveenabled: Flag = Field(False, description="Not supported: false")


@operation(
    UpdateNetworkOffering, roles=ROOT, grants=[NetworkOffering.write, Claim.write, *REACH],
    answers=NetworkOfferingResponse, object_name="networkoffering", refuses=("maxconnections",),
    event="NETWORK.OFFERING.EDIT",
)  # fmt: skip
def handler(request: UpdateNetworkOffering, caller: Caller) -> Item:
    """The offering as it is then."""
    never(request, "keepaliveenabled")
    if request.id is None:
        raise InvalidParameter("id is missing: say which offering to change.")
    offering = NetworkOffering.require(request.id)
    transaction = Transaction()
    if request.name is not None and request.name.lower() != offering.name.lower():
        taken = InvalidParameter(f"There is a network offering {request.name} already; choose another name.")
        transaction.claim(f"network_offering/{request.name}", offering.id, taken)
        transaction.release(f"network_offering/{offering.name}")
    rewrite(
        caller, offering, sort_key=request.sortkey, domain_ids=request.domainid, zone_ids=request.zoneid, name=request.name,
        display_text=request.displaytext, state=request.state, availability=request.availability, tags=request.tags,
    )  # fmt: skip
    transaction.save(offering)
    transaction.commit()
    return Item("networkoffering", show(offering, Viewer(caller)))
