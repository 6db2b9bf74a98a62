"""listPods: the racks of the zones."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._capacity import GRANTS, CapacityResponse, Place, capacities
from functions.fabric_admin._pod import PodResponse, show
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence


class ListPods(ListRequest):
    """Lists pods."""

    id: Uuid | None = Field(None, description="Only this pod")
    name: Text | None = Field(None, description="Only pods of this name")
    zoneid: Uuid | None = Field(None, description="Only pods of this zone")
    allocationstate: Text | None = Field(None, description="Only pods in this state: Enabled or Disabled")
    showcapacities: Flag = Field(False, description="Also tell what each has, and how much of it is promised")


@operation(
    ListPods, roles=OPERATORS, grants=[Pod.read, Sequence.read, *GRANTS], answers=PodResponse, object_name="pod",
    refuses=("storageaccessgroup",),
)  # fmt: skip
def handler(request: ListPods, caller: Caller) -> Listing:
    """All that match, in the order in which they were made."""

    filters = Filters().equal("name", request.name).contains(request.keyword, "name")
    filters.equal("zone_id", request.zoneid).equal("allocation_state", request.allocationstate)
    pods, count = list_shared(Pod, request, filters, [request.id] if request.id else None)
    return Listing("pod", [show(pod, _capacity_of(pod) if request.showcapacities else None) for pod in pods], count)


def _capacity_of(pod: Pod) -> list[CapacityResponse]:
    return capacities(Place(pod.zone_id, pod.zone_name, pod.id, pod.name))
