"""listDiskOfferings: what data disks may be had."""

from __future__ import annotations

from pydantic import Field

from functions.storage._disk_offering import DiskOfferingResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.offerings import REACH, Viewer, fits
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.sequence import Sequence
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.sort_keys import READ_SORT_KEYS, places_of


class ListDiskOfferings(OwnedListRequest):
    """Lists the offerings that the caller may make data disks with."""

    id: Uuid | None = Field(None, description="Only this offering")
    name: Text | None = Field(None, description="Only offerings of this name")
    zoneid: Uuid | None = Field(None, description="Only offerings for this zone")
    volumeid: Uuid | None = Field(None, description="Only offerings that this volume may change to")
    storageid: Uuid | None = Field(None, description="For admins: only offerings whose tags this pool has")
    virtualmachineid: Uuid | None = Field(None, description="Say of each offering whether it suits this guest's zone")
    storagetype: Text | None = Field(None, description="Only offerings of this storage type: shared or local")
    state: Text | None = Field(None, description="Active (if missing), Inactive, or all")
    encrypt: Flag = Field(False, description="Only offerings of encrypted disks: there are none")


@operation(
    ListDiskOfferings, roles=EVERYONE,
    grants=[DiskOffering.read, VirtualMachine.read, Volume.read, StoragePool.read, Sequence.read, *REACH,
            *READ_SORT_KEYS],
    answers=DiskOfferingResponse, object_name="diskoffering",
)  # fmt: skip
def handler(request: ListDiskOfferings, caller: Caller) -> Listing:
    """Offerings for the caller's domain and those above it; admins see those of the domains below too."""
    viewer, admin = Viewer(caller), caller.role_type in OPERATORS
    current = Volume.visible_to(caller, request.volumeid).disk_offering_id if request.volumeid else None
    machine = VirtualMachine.visible_to(caller, request.virtualmachineid) if request.virtualmachineid else None
    tags = set(StoragePool.require(request.storageid).tags) if request.storageid and admin else None
    filters = Filters().nothing(request.encrypt).equal("name", request.name).contains(request.keyword, "name")
    filters.equal("storage_type", request.storagetype).equal("display", None if admin else True)
    if (request.state or "Active").lower() != "all":
        filters.word("state", request.state or "Active")
    filters.add(lambda offering: tags is None or set(offering.storage_tags) <= tags)
    filters.add(lambda offering: fits(offering, domain_id=request.domainid, zone_id=request.zoneid))
    filters.add(lambda offering: offering.id != current and viewer.may_use(offering))
    offerings, count = list_shared(
        DiskOffering, request, filters, [request.id] if request.id else None, places_of(DiskOffering)
    )
    rows = [
        show(offering, viewer, suitable=fits(offering, domain_id=None, zone_id=machine.zone_id) if machine else None)
        for offering in offerings
    ]
    return Listing("diskoffering", rows, count)
