"""updateVMAffinityGroup: put a stopped virtual machine into other affinity groups."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from functions.compute import _lifecycle
from functions.compute._affinity_group import groups_named
from functions.compute._virtual_machine import VirtualMachineResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, TextList, Uuid, UuidList
from javelin.contract.responses import Accepted
from javelin.data import affinity
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.claim import Claim
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class UpdateVMAffinityGroup(Request):
    """Replaces the affinity groups of a stopped virtual machine; without any it leaves all. Its next start heeds them."""

    id: Uuid = Field(description="The virtual machine")
    affinitygroupids: UuidList = Field(default_factory=list, description="The groups, by id")
    affinitygroupnames: TextList = Field(default_factory=list, description="The groups, by name")


@operation(
    UpdateVMAffinityGroup, roles=EVERYONE, answers=VirtualMachineResponse, object_name="virtualmachine",
    grants=[*_lifecycle.GRANTS, AffinityGroup.write, Claim.read, *jobs.START_JOB, *ANNOUNCE], asynchronous=True,
    response_name="updatevirtualmachineresponse",
    event="VM.AFFINITY.GROUP.UPDATE",
)  # fmt: skip
def handler(request: UpdateVMAffinityGroup, caller: Caller) -> Accepted:
    """Groups of its own account only. A guest that may be on a host cannot change them: it has its places there."""
    machine = VirtualMachine.visible_to(caller, request.id)
    words = "Changing the affinity groups of"
    _lifecycle.require_state(machine, ("Stopped",), words)
    groups = groups_named(machine.account_id, request.affinitygroupids, request.affinitygroupnames)
    before = affinity.groups_of(machine)
    after = [affinity.membership(group) for group in groups]
    transaction = Transaction()
    affinity.join(transaction, machine, [group for group in groups if machine.id not in (group.vm_ids or ())])
    affinity.leave(transaction, machine, [one for one in before if one["id"] not in {group.id for group in groups}])
    as_read = (
        VirtualMachine.affinity_groups == machine.affinity_groups
        if machine.affinity_groups is not None
        else VirtualMachine.affinity_groups.does_not_exist()
    )
    machine.affinity_groups, machine.updated = after, datetime.now(UTC)
    transaction.update(
        machine,
        [VirtualMachine.affinity_groups.set(after), VirtualMachine.updated.set(machine.updated)],
        as_read & (VirtualMachine.state == "Stopped"),
        _lifecycle.wrong_state(machine, ("Stopped",), words),
    )
    shown = show(machine, admin=caller.role_type in OPERATORS).body()
    accepted = jobs.done(
        caller, transaction, command="updateVMAffinityGroup", result={"virtualmachine": shown},
        resource_type="VirtualMachine", resource_id=machine.id,
    )  # fmt: skip
    said = (
        f"Virtual machine {machine.name} is in the affinity groups {', '.join(one['name'] for one in after) or 'none'}"
    )
    about = {"resource_type": "VirtualMachine", "resource_id": machine.id}
    announce(of_caller(caller, "VM.AFFINITY.GROUP.UPDATE", said, **about, owner=machine))
    return accepted
