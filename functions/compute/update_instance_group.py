"""updateInstanceGroup: give an instance group another name."""

from __future__ import annotations

from pydantic import Field

from functions.compute._instance_group import InstanceGroupResponse, clean, show_group
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ConcurrentOperation, InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.indexes import related
from javelin.data.records.claim import Claim
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class UpdateInstanceGroup(Request):
    """Renames an instance group. Its virtual machines show the new name."""

    id: Uuid = Field(description="The group")
    name: Text | None = Field(None, description="Its new name")


@operation(
    UpdateInstanceGroup, roles=EVERYONE, answers=InstanceGroupResponse, object_name="instancegroup",
    grants=[InstanceGroup.write, VirtualMachine.write, Claim.write, *ANNOUNCE], event="INSTANCEGROUP.UPDATE",
)  # fmt: skip
def handler(request: UpdateInstanceGroup, caller: Caller) -> Item:
    """The group first, then its guests; a repeat finishes what broke off."""
    group = InstanceGroup.visible_to(caller, request.id)
    if request.name is None:
        return Item("instancegroup", show_group(group))
    before, name = group.name, clean(request.name)
    if name != before:
        _rename(group, name)
        said = f"Instance group {before} is now {name}"
        about = {"resource_type": "InstanceGroup", "resource_id": group.id}
        announce(of_caller(caller, "INSTANCEGROUP.UPDATE", said, **about, owner=group))
    for machine in VirtualMachine.load_all(related(VirtualMachine.by_group, group.id, [group.account_id])):
        if machine.group != name:
            machine.change(VirtualMachine.group.set(name), when=VirtualMachine.group_id == group.id)
    return Item("instancegroup", show_group(group))


def _rename(group: InstanceGroup, name: str) -> None:
    transaction = Transaction()
    if name.lower() != group.name.lower():
        taken = InvalidParameter(f"There is an instance group {name} already; choose another name.")
        transaction.claim(InstanceGroup.key_of(group.account_id, name), group.id, taken)
        transaction.release(InstanceGroup.key_of(group.account_id, group.name))
    changed = ConcurrentOperation(f"Instance group {group.name} changed meanwhile; look again and repeat.")
    transaction.update(group, [InstanceGroup.name.set(name)], InstanceGroup.name == group.name, changed)
    transaction.commit()
    group.name = name
