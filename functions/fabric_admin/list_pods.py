"""listPods: the racks of the zones."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._pod import PodResponse, show
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import list_shared
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence


class ListPods(ListRequest):
    """Lists pods."""

    id: Uuid | None = Field(None, description="Only this pod")
    name: Text | None = Field(None, description="Only pods of this name")
    zoneid: Uuid | None = Field(None, description="Only pods of this zone")
    allocationstate: Text | None = Field(None, description="Only pods in this state: Enabled or Disabled")


@operation(
    ListPods, roles=OPERATORS, grants=[Pod.read, Sequence.read], answers=PodResponse, object_name="pod",
    refuses=("showcapacities", "storageaccessgroup"),
)  # fmt: skip
def handler(request: ListPods, caller: Caller) -> Listing:
    """All that match, in the order in which they were made."""

    def keep(pod: Pod) -> bool:
        return (
            request.name in (None, pod.name)
            and request.zoneid in (None, pod.zone_id)
            and request.allocationstate in (None, pod.allocation_state)
            and (request.keyword is None or request.keyword.lower() in pod.name.lower())
        )

    pods, count = list_shared(Pod, request, keep, [request.id] if request.id else None)
    return Listing("pod", [show(pod) for pod in pods], count)
