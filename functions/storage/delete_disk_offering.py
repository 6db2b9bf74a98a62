"""deleteDiskOffering: take an offering out of use."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.offerings import REACH, governed
from javelin.data.records.disk_offering import DiskOffering
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class DeleteDiskOffering(Request):
    """Takes a disk offering out of use. Volumes that have it keep it."""

    id: Uuid = Field(description="The offering")


@operation(
    DeleteDiskOffering, roles=ADMINS, grants=[DiskOffering.write, *REACH, *ANNOUNCE], event="DISK.OFFERING.DELETE"
)
def handler(request: DeleteDiskOffering, caller: Caller) -> Success:
    """What is taken out of use already is not found."""
    offering = governed(DiskOffering, caller, request.id)
    if not offering.change(DiskOffering.state.set("Inactive"), when=DiskOffering.state == "Active"):
        raise DiskOffering.unknown(request.id)
    said = f"{caller.account} deleted disk offering {offering.name}"
    announce(of_cloud("DISK.OFFERING.DELETE", said, resource_type="DiskOffering", resource_id=offering.id))
    return Success()
