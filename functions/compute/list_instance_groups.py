"""listInstanceGroups: the instance groups that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.compute._instance_group import InstanceGroupResponse, show_group
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.records.instance_group import InstanceGroup


class ListInstanceGroups(OwnedListRequest):
    """Lists instance groups; listVirtualMachines with groupid lists what is in one."""

    id: Uuid | None = Field(None, description="Only this group")
    name: Text | None = Field(None, description="Only groups whose name contains this")


@operation(
    ListInstanceGroups, roles=EVERYONE, grants=[InstanceGroup.read, *READ_LISTS], answers=InstanceGroupResponse,
    object_name="instancegroup",
)  # fmt: skip
def handler(request: ListInstanceGroups, caller: Caller) -> Listing:
    """In order of creation."""
    filters = Filters().contains(request.name, "name").contains(request.keyword, "name")
    groups, count = list_owned(InstanceGroup, caller, request, filters, [request.id] if request.id else None)
    return Listing("instancegroup", [show_group(group) for group in groups], count)
