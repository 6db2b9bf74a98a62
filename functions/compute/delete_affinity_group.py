"""deleteAffinityGroup: forget a group; its guests are no longer kept apart or together."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data import affinity
from javelin.data.reach import REACH, account_named
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.affinity_place import AffinityPlace
from javelin.data.records.claim import Claim
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE, announce, of_caller

IDLE = ("Stopped", "Destroyed", "Error")
MOST = 90  # guests that one transaction takes out of their group


class DeleteAffinityGroup(Request):
    """Deletes an affinity group, by its id or by its name. Its virtual machines must be stopped, and stay."""

    id: Uuid | None = Field(None, description="The group")
    name: Text | None = Field(None, description="The group's name")
    account: Text | None = Field(None, description="The account that owns the group of that name; needs domainid")
    domainid: Uuid | None = Field(None, description="That account's domain")
    projectid: Uuid | None = Field(None, description="The project that owns it, instead of account and domainid")


@operation(
    DeleteAffinityGroup, roles=EVERYONE, asynchronous=True,
    grants=[AffinityGroup.write, AffinityPlace.write, VirtualMachine.write, Claim.write, *REACH, *jobs.START_JOB,
            *ANNOUNCE],
    event="AG.DELETE",
)  # fmt: skip
def handler(request: DeleteAffinityGroup, caller: Caller) -> Accepted:
    """Its guests leave it in the same transaction."""
    group = _wanted(request, caller)
    machines = VirtualMachine.load_all(sorted(group.vm_ids or ()))
    busy = [machine.name for machine in machines if machine.state not in IDLE or machine.host_id]
    if busy or len(machines) > MOST:
        raise ResourceInUse(
            f"Affinity group {group.name} keeps {len(busy) or len(machines)} virtual machines where they are"
            f" ({', '.join(busy[:10]) or f'more than the {MOST} that can leave at once'}); stop them, or take them out of"
            " it, and repeat."
        )
    transaction = Transaction()
    changed = ConcurrentOperation(f"Affinity group {group.name} or its virtual machines changed meanwhile; repeat.")
    same = AffinityGroup.vm_ids == group.vm_ids if group.vm_ids else AffinityGroup.vm_ids.does_not_exist()
    transaction.delete(group, same & AffinityGroup.id.exists(), changed)
    transaction.release(AffinityGroup.key_of(group.account_id, group.name))
    for machine in machines:
        left = [one for one in affinity.groups_of(machine) if one["id"] != group.id]
        as_read = VirtualMachine.affinity_groups == machine.affinity_groups
        idle = VirtualMachine.state.is_in(*IDLE) & VirtualMachine.host_id.does_not_exist()
        transaction.update(machine, [VirtualMachine.affinity_groups.set(left)], as_read & idle, changed)
    accepted = jobs.done(caller, transaction, command="deleteAffinityGroup", result={"success": True})
    affinity.forget_places(group.id)
    said = f"Affinity group {group.name} was deleted"
    announce(of_caller(caller, "AG.DELETE", said, resource_type="AffinityGroup", resource_id=group.id, owner=group))
    return accepted


def _wanted(request: DeleteAffinityGroup, caller: Caller) -> AffinityGroup:
    if request.id is not None:
        found = AffinityGroup.visible_to(caller, request.id)
        if request.name not in (None, found.name):
            raise AffinityGroup.unknown(request.id)
        return found
    if request.name is None:
        raise InvalidParameter("Say which affinity group to delete: give its id or its name.")
    account = account_named(caller, request.account, request.domainid, request.projectid, adds=False)
    key = Claim.owner_of(AffinityGroup.key_of(account.id, request.name.strip()))
    named = AffinityGroup.find(key) if key else None
    if named is None:
        raise InvalidParameter(
            f"There is no affinity group {request.name} in account {account.name}; list those that are."
        )
    return named
