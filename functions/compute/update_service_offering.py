"""updateServiceOffering: describe an offering anew, or say whom it is for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.compute._service_offering import ServiceOfferingResponse, show
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, Length, OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Item
from javelin.data.offerings import MAY_TAG, REACH, Viewer, check_tags, governed, never, rewrite
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class UpdateServiceOffering(Request):
    """Changes an offering. Guests that were deployed with it keep what it said then, tags too."""

    id: Uuid = Field(description="The offering")
    name: Text | None = Field(None, description="A name")
    displaytext: Text | None = Field(None, description="What it is, in words")
    sortkey: Integer | None = Field(None, description="Its place in lists, the lowest first; 0 if it has none")
    domainid: Annotated[Text, Length(4096)] | None = Field(
        None, description="The domains that it is for, comma-separated; public for all"
    )
    zoneid: Annotated[Text, Length(4096)] | None = Field(
        None, description="The zones that it is for, comma-separated; all for all"
    )
    storagetags: TextList | None = Field(None, description="Tags that the root disk's pool must have, instead")
    hosttags: TextList | None = Field(None, description="Tags that the host must have, instead")
    state: Annotated[Text, OneOf(("Active", "Inactive"))] | None = Field(None, description="Active or Inactive")
    purgeresources: Flag = Field(False, description="Not supported: false")


@operation(
    UpdateServiceOffering, roles=ADMINS, grants=[ServiceOffering.write, *REACH, *MAY_TAG, *ANNOUNCE],
    answers=ServiceOfferingResponse, object_name="serviceoffering", refuses=("externaldetails", "cleanupexternaldetails"),
    event="SERVICE.OFFERING.EDIT",
)  # fmt: skip
def handler(request: UpdateServiceOffering, caller: Caller) -> Item:
    """The offering as it is then."""
    never(request, "purgeresources")
    offering = governed(ServiceOffering, caller, request.id)
    check_tags(caller, request.storagetags, request.hosttags)
    rewrite(
        caller, offering, sort_key=request.sortkey, domain_ids=request.domainid, zone_ids=request.zoneid, name=request.name,
        display_text=request.displaytext, state=request.state, storage_tags=request.storagetags,
        host_tags=request.hosttags,
    )  # fmt: skip
    transaction = Transaction()
    transaction.save(offering)
    transaction.commit()
    said = f"{caller.account} changed service offering {offering.name}"
    announce(of_cloud("SERVICE.OFFERING.EDIT", said, resource_type="ServiceOffering", resource_id=offering.id))
    return Item("serviceoffering", show(offering, Viewer(caller)))
