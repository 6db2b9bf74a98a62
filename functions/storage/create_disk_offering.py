"""createDiskOffering: say what data disks may be had."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.storage._disk_offering import DiskOfferingResponse, show
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Length, Long, OneOf, Request, Text, TextList, UuidList
from javelin.contract.responses import Item
from javelin.data.ids import new_id
from javelin.data.offerings import MAY_TAG, REACH, Viewer, check_tags, never, reach
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction

MOST_GIB = 64 * 2**10


class CreateDiskOffering(Request):
    """Makes an offering of data disks: of a fixed size, or customized so that the caller chooses."""

    name: Text = Field(description="A name")
    displaytext: Annotated[Text, Length(4096)] | None = Field(None, description="What it is; the name if missing")
    disksize: Long | None = Field(None, description="GiB; needed unless customized")
    customized: Flag = Field(False, description="Whether the caller chooses the size")
    disksizestrictness: Flag = Field(False, description="Whether volumes keep the offering's size")
    displayoffering: Flag = Field(True, description="Whether users see it")
    storagetype: Annotated[Text, OneOf(("shared", "local"))] = Field("shared", description="shared or local")
    provisioningtype: Annotated[Text, OneOf(("thin",))] = Field("thin", description="thin")
    cachemode: Annotated[Text, OneOf(("none",))] = Field("none", description="none")
    tags: TextList | None = Field(None, description="Tags that the pool must have")
    domainid: UuidList | None = Field(None, description="The domains that it is for; all if missing")
    zoneid: UuidList | None = Field(None, description="The zones that it is for; all if missing")
    encrypt: Flag = Field(False, description="Not supported: false")
    customizediops: Flag = Field(False, description="Not supported: false")


@operation(
    CreateDiskOffering, roles=ADMINS, grants=[DiskOffering.write, Sequence.write, *REACH, *MAY_TAG],
    answers=DiskOfferingResponse, object_name="diskoffering",
    refuses=("bytesreadrate", "bytesreadratemax", "bytesreadratemaxlength", "byteswriterate", "byteswriteratemax",
             "byteswriteratemaxlength", "iopsreadrate", "iopsreadratemax", "iopsreadratemaxlength", "iopswriterate",
             "iopswriteratemax", "iopswriteratemaxlength", "miniops", "maxiops", "hypervisorsnapshotreserve",
             "storagepolicy", "details"),
    event="DISK.OFFERING.CREATE",
)  # fmt: skip
def handler(request: CreateDiskOffering, caller: Caller) -> Item:
    """An offering with a size, or without one when it is customized."""
    never(request, "encrypt", "customizediops")
    if request.customized and request.disksize:
        raise InvalidParameter("A customized offering has no disksize: the caller chooses; leave one of them out.")
    if not request.customized and request.disksize is None:
        raise InvalidParameter("disksize is missing: give GiB, or customized=true so that the caller chooses.")
    if request.disksize is not None and not request.customized and not 1 <= request.disksize <= MOST_GIB:
        raise InvalidParameter(f"disksize must be between 1 and {MOST_GIB} GiB.")
    check_tags(caller, request.tags)
    domains, zones = reach(caller, request.domainid, request.zoneid)
    offering = DiskOffering(
        new_id(), name=request.name, display_text=request.displaytext or request.name,
        size_gib=request.disksize or None, customized=request.customized, size_strict=request.disksizestrictness,
        display=request.displayoffering, storage_type=request.storagetype, provisioning_type=request.provisioningtype,
        storage_tags=request.tags or [], domain_ids=domains, zone_ids=zones,
    )  # fmt: skip
    transaction = Transaction()
    transaction.create(offering)
    transaction.commit()
    return Item("diskoffering", show(offering, Viewer(caller)))
