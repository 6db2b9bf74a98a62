"""listDedicatedZones: the zones that are for some alone."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated import LIST_DEDICATED, DedicatedList, listing
from functions.fabric_admin._dedicated_zone import DedicateZoneResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Uuid
from javelin.contract.responses import Listing


class ListDedicatedZones(DedicatedList):
    """Lists zones that are dedicated, with whom they are for."""

    zoneid: Uuid | None = Field(None, description="Only this zone")


@operation(
    ListDedicatedZones, roles=ROOT, grants=LIST_DEDICATED, answers=DedicateZoneResponse, object_name="dedicatedzone",
    refuses=("affinitygroupid",),
)  # fmt: skip
def handler(request: ListDedicatedZones, caller: Caller) -> Listing:
    """All that match."""
    return listing(request, request.zoneid, "Zone", "dedicatedzone", show)
