"""listServiceOfferings: what CPU, memory and root disk guests may get."""

from __future__ import annotations

from pydantic import Field

from functions.compute._service_offering import ServiceOfferingResponse, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.offerings import REACH, Viewer, fits
from javelin.data.records.sequence import Sequence
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.sort_keys import READ_SORT_KEYS, places_of


class ListServiceOfferings(OwnedListRequest):
    """Lists the offerings that the caller may deploy guests with."""

    id: Uuid | None = Field(None, description="Only this offering")
    name: Text | None = Field(None, description="Only offerings of this name")
    zoneid: Uuid | None = Field(None, description="Only offerings for this zone")
    virtualmachineid: Uuid | None = Field(None, description="Only offerings that this guest may change to")
    cpunumber: Integer | None = Field(None, description="Only offerings with as many CPUs at least")
    cpuspeed: Integer | None = Field(None, description="Only offerings with as many MHz at least")
    memory: Integer | None = Field(None, description="Only offerings with as many MiB at least")
    storagetype: Text | None = Field(None, description="Only offerings of this storage type: shared or local")
    state: Text | None = Field(None, description="Active (if missing), Inactive, or all")
    issystem: Flag = Field(False, description="Only offerings for the cloud's own guests: there are none")
    encryptroot: Flag = Field(False, description="Only offerings with encrypted root disks: there are none")
    gpuenabled: Flag = Field(False, description="Only offerings with GPUs: there are none")
    templateid: Uuid | None = Field(None, description="Taken for newer clients; every offering fits every template")


@operation(
    ListServiceOfferings, roles=EVERYONE,
    grants=[ServiceOffering.read, VirtualMachine.read, Sequence.read, *REACH, *READ_SORT_KEYS], answers=ServiceOfferingResponse,
    object_name="serviceoffering", refuses=("systemvmtype", "vgpuprofileid"),
)  # fmt: skip
def handler(request: ListServiceOfferings, caller: Caller) -> Listing:
    """Offerings for the caller's domain and those above it; admins see those of the domains below too."""
    viewer = Viewer(caller)
    current = None
    if request.virtualmachineid:
        current = VirtualMachine.visible_to(caller, request.virtualmachineid).offering_id
    filters = _filters(request).add(lambda offering: offering.id != current and viewer.may_use(offering))
    offerings, count = list_shared(
        ServiceOffering, request, filters, [request.id] if request.id else None, places_of(ServiceOffering)
    )
    return Listing("serviceoffering", [show(offering, viewer) for offering in offerings], count)


def _filters(request: ListServiceOfferings) -> Filters:
    filters = Filters().nothing(request.issystem or request.encryptroot or request.gpuenabled)
    filters.equal("name", request.name).contains(request.keyword, "name").equal("storage_type", request.storagetype)
    if (request.state or "Active").lower() != "all":
        filters.word("state", request.state or "Active")
    filters.add(lambda offering: fits(offering, domain_id=request.domainid, zone_id=request.zoneid))
    return filters.add(
        lambda offering: (
            _at_least(request.cpunumber, offering.cpus, offering.max_cpus)
            and _at_least(request.cpuspeed, offering.mhz, None)
            and _at_least(request.memory, offering.memory_mib, offering.max_memory_mib)
        )
    )


def _at_least(wanted: int | None, has: float | None, most: float | None) -> bool:
    limit = has if has is not None else most
    return wanted is None or limit is None or limit >= wanted
