"""deleteInstanceGroup: forget an instance group; its guests stay."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ConcurrentOperation
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.indexes import related
from javelin.data.records.claim import Claim
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_caller

AT_ONCE = 90  # guests that one transaction takes out


class DeleteInstanceGroup(Request):
    """Deletes an instance group. Its virtual machines are in none then."""

    id: Uuid = Field(description="The group")


@operation(
    DeleteInstanceGroup, roles=EVERYONE, grants=[InstanceGroup.write, VirtualMachine.write, Claim.write, *ANNOUNCE],
    event="INSTANCEGROUP.DELETE",
)  # fmt: skip
def handler(request: DeleteInstanceGroup, caller: Caller) -> Success:
    """Guests first: a group that broke off is there still, with those that are left."""
    group = InstanceGroup.visible_to(caller, request.id)
    members = related(VirtualMachine.by_group, group.id, [group.account_id])
    changed = ConcurrentOperation(f"Virtual machines joined or left group {group.name} meanwhile; repeat the call.")
    for start in range(0, len(members), AT_ONCE):
        some = members[start : start + AT_ONCE]
        transaction = Transaction()
        for key in some:
            left = [VirtualMachine.group_id.remove(), VirtualMachine.group.remove()]
            transaction.update(VirtualMachine(key), left, VirtualMachine.group_id == group.id, changed)
        transaction.update(group, [InstanceGroup.guests.add(-len(some))])
        transaction.commit()
    transaction = Transaction()
    transaction.delete(group, (InstanceGroup.guests == 0) & (InstanceGroup.name == group.name), changed)
    transaction.release(InstanceGroup.key_of(group.account_id, group.name))
    transaction.commit()
    said = f"Instance group {group.name} was deleted"
    announce(
        of_caller(
            caller, "INSTANCEGROUP.DELETE", said, resource_type="InstanceGroup", resource_id=group.id, owner=group
        )
    )
    return Success()
