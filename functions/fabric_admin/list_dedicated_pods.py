"""listDedicatedPods: the pods that are for some alone."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated import LIST_DEDICATED, DedicatedList, listing
from functions.fabric_admin._dedicated_pod import DedicatePodResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Uuid
from javelin.contract.responses import Listing


class ListDedicatedPods(DedicatedList):
    """Lists pods that are dedicated, with whom they are for."""

    podid: Uuid | None = Field(None, description="Only this pod")


@operation(
    ListDedicatedPods, roles=ROOT, grants=LIST_DEDICATED, answers=DedicatePodResponse, object_name="dedicatedpod",
    refuses=("affinitygroupid",),
)  # fmt: skip
def handler(request: ListDedicatedPods, caller: Caller) -> Listing:
    """All that match."""
    return listing(request, request.podid, "Pod", "dedicatedpod", show)
