"""updateDiskOffering: describe an offering anew, or say whom it is for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.storage._disk_offering import DiskOfferingResponse, show
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, Length, OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Item
from javelin.data.offerings import MAY_TAG, REACH, Viewer, check_tags, governed, rewrite
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class UpdateDiskOffering(Request):
    """Changes an offering. Volumes that were made with it keep what it said then."""

    id: Uuid = Field(description="The offering")
    name: Text | None = Field(None, description="A name")
    displaytext: Annotated[Text, Length(4096)] | None = Field(None, description="What it is, in words")
    sortkey: Integer | None = Field(None, description="Its place in lists, the lowest first; 0 if it has none")
    displayoffering: Flag | None = Field(None, description="Whether users see it")
    domainid: Annotated[Text, Length(4096)] | None = Field(
        None, description="The domains that it is for, comma-separated; public for all"
    )
    zoneid: Annotated[Text, Length(4096)] | None = Field(
        None, description="The zones that it is for, comma-separated; all for all"
    )
    tags: TextList | None = Field(None, description="Tags that the pool must have, instead")
    cachemode: Annotated[Text, OneOf(("none",))] = Field("none", description="none")
    state: Annotated[Text, OneOf(("Active", "Inactive"))] | None = Field(None, description="Active or Inactive")


@operation(
    UpdateDiskOffering, roles=ADMINS, grants=[DiskOffering.write, *REACH, *MAY_TAG, *ANNOUNCE],
    answers=DiskOfferingResponse, object_name="diskoffering",
    refuses=("bytesreadrate", "bytesreadratemax", "bytesreadratemaxlength", "byteswriterate", "byteswriteratemax",
             "byteswriteratemaxlength", "iopsreadrate", "iopsreadratemax", "iopsreadratemaxlength", "iopswriterate",
             "iopswriteratemax", "iopswriteratemaxlength"),
    event="DISK.OFFERING.EDIT",
)  # fmt: skip
def handler(request: UpdateDiskOffering, caller: Caller) -> Item:
    """The offering as it is then."""
    offering = governed(DiskOffering, caller, request.id)
    check_tags(caller, request.tags)
    rewrite(
        caller, offering, sort_key=request.sortkey, domain_ids=request.domainid, zone_ids=request.zoneid, name=request.name,
        display_text=request.displaytext, state=request.state, display=request.displayoffering, storage_tags=request.tags,
    )  # fmt: skip
    transaction = Transaction()
    transaction.save(offering)
    transaction.commit()
    said = f"{caller.account} changed disk offering {offering.name}"
    announce(of_cloud("DISK.OFFERING.EDIT", said, resource_type="DiskOffering", resource_id=offering.id))
    return Item("diskoffering", show(offering, Viewer(caller)))
