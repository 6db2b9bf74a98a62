"""listAffinityGroups: the affinity groups that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.compute._affinity_group import AffinityGroupResponse, show_group
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.affinity import groups_of
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.virtual_machine import VirtualMachine


class ListAffinityGroups(OwnedListRequest):
    """Lists affinity groups with the virtual machines in them."""

    id: Uuid | None = Field(None, description="Only this group")
    name: Text | None = Field(None, description="Only the group of this name")
    type: Text | None = Field(None, description="Only groups of this type")
    virtualmachineid: Uuid | None = Field(None, description="Only the groups of this virtual machine")


@operation(
    ListAffinityGroups, roles=EVERYONE, grants=[AffinityGroup.read, VirtualMachine.read, *READ_LISTS],
    answers=AffinityGroupResponse, object_name="affinitygroup",
)  # fmt: skip
def handler(request: ListAffinityGroups, caller: Caller) -> Listing:
    """In order of creation; those of a virtual machine in its own order."""
    filters = Filters().equal("name", request.name).word("type", request.type).contains(request.keyword, "name", "type")
    only = [request.id] if request.id else None
    if request.virtualmachineid:
        machine = VirtualMachine.find(request.virtualmachineid)
        seen = machine is not None and caller.sees(machine.account_id, machine.domain_path)
        mine = [group["id"] for group in groups_of(machine)] if machine is not None and seen else []
        only = [key for key in mine if request.id in (None, key)]
    groups, count = list_owned(AffinityGroup, caller, request, filters, only)
    return Listing("affinitygroup", [show_group(group) for group in groups], count)
