"""Instance groups: how they are shown, and how guests join and leave them, with the transaction that writes the guest."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.errors import ApiError, InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.responses import AnnotatedResponse, OwnedResponse
from javelin.data.ids import new_id
from javelin.data.owners import owner
from javelin.data.records.claim import Claim
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.records.sequence import Sequence
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction

JOIN: tuple[Grant, ...] = (InstanceGroup.write, Claim.write, Sequence.write)


class GroupChanged(ApiError):
    """The group was made, renamed or deleted since it was looked for; look again."""


class InstanceGroupResponse(OwnedResponse, AnnotatedResponse):
    """An instance group."""

    id: str = Field(description="The group's id")
    name: str = Field(description="The group's name")
    created: datetime = Field(description="When it was made")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")


def show_group(group: InstanceGroup) -> InstanceGroupResponse:
    """A group as its owner sees it."""
    return InstanceGroupResponse(
        hasannotations=bool(group.notes),
        id=group.id, name=group.name, created=group.created, **owner(group), domainid=group.domain_id,
        domain=name_of(group.domain_path), domainpath=shown_path(group.domain_path),
    )  # fmt: skip


def clean(name: str) -> str:
    """The name without spaces around it. Raises InvalidParameter for one that is empty or has a slash."""
    stripped = name.strip()
    if not stripped or "/" in stripped:
        raise InvalidParameter("The group's name must have a visible character and no slash; choose another.")
    return stripped


def join(transaction: Transaction, machine: VirtualMachine, name: str) -> None:
    """Have the guest in its account's group of this name, which is made if there is none, and in no other.

    The guest's record is changed in memory; the transaction has to write it. Raises GroupChanged when it is committed.
    """
    wanted = clean(name)
    key = InstanceGroup.key_of(machine.account_id, wanted)
    known = Claim.owner_of(key)
    if known is not None and known == machine.group_id:
        return
    leave(transaction, machine)
    group = InstanceGroup.find(known) if known else None
    again = GroupChanged(f"Instance group {wanted} changed meanwhile; repeat the call.")
    if group is None:
        group = InstanceGroup(
            new_id(), account_id=machine.account_id, account=machine.account, domain_id=machine.domain_id,
            domain_path=machine.domain_path, name=wanted, guests=1,
        )  # fmt: skip
        transaction.claim(key, group.id, again)
        transaction.create(group)
    else:
        transaction.update(group, [InstanceGroup.guests.add(1)], InstanceGroup.name == group.name, again)
    machine.group_id, machine.group = group.id, group.name


def leave(transaction: Transaction, machine: VirtualMachine) -> None:
    """Take the guest out of its group, with the transaction that deletes or writes its record."""
    if machine.group_id:
        transaction.update(InstanceGroup(machine.group_id), [InstanceGroup.guests.add(-1)])
