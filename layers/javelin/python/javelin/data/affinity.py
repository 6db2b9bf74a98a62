"""Affinity groups of guests: who is in them, and where their guests are, changed in the transactions that place guests.

A guest takes its place in each of its groups together with its host's room. The place is the host; in a group whose guests
must be together it is one for all, which says the host. The condition on it is what keeps guests apart, or together, that
are placed at the same moment.
"""

from __future__ import annotations

from typing import Any

from javelin.contract.errors import ApiError, InvalidParameter, ResourceLimitExceeded
from javelin.data.records.affinity_group import APART, TOGETHER, AffinityGroup
from javelin.data.records.affinity_place import AffinityPlace
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction

MOST_GROUPS = 10  # of a guest
MOST_GUESTS = 200  # of a group: it is shown with all of them
ONE_FOR_ALL = "together"


def membership(group: AffinityGroup) -> dict[str, str]:
    """What the record of a guest keeps of a group; nothing of it ever changes."""
    return {"id": group.id, "name": group.name, "type": group.type} | (
        {"description": group.description} if group.description else {}
    )


def groups_of(machine: VirtualMachine) -> list[dict[str, str]]:
    """The guest's groups."""
    return list(machine.affinity_groups or [])


def join(transaction: Transaction, machine: VirtualMachine, groups: list[AffinityGroup]) -> None:
    """Be in these groups, with the transaction that writes the guest's record."""
    if len(groups) > MOST_GROUPS:
        raise InvalidParameter(f"A virtual machine is in at most {MOST_GROUPS} affinity groups; name fewer.")
    for group in groups:
        if len(group.vm_ids or ()) >= MOST_GUESTS:
            raise ResourceLimitExceeded(
                f"Affinity group {group.name} has {MOST_GUESTS} virtual machines, as many as it may; make another."
            )
        gone = InvalidParameter(f"Affinity group {group.name} is gone; choose another, or none.")
        transaction.update(group, [AffinityGroup.vm_ids.add({machine.id})], AffinityGroup.id.exists(), gone)


def leave(transaction: Transaction, machine: VirtualMachine, groups: list[dict[str, str]]) -> None:
    """Be in these groups no more, with the transaction that deletes or writes the guest's record."""
    for group in groups:
        transaction.update(AffinityGroup(group["id"]), [AffinityGroup.vm_ids.delete({machine.id})])


def settle(
    transaction: Transaction, machine: VirtualMachine, host_id: str, otherwise: ApiError | None = None
) -> None:  # fmt: skip
    """Take the guest's place in its groups; with `otherwise`, the error to raise where a group must not have it there."""
    for group in groups_of(machine):
        allowed = None
        if otherwise is not None and group["type"] == APART:
            allowed = AffinityPlace.guests.does_not_exist()
        elif otherwise is not None and group["type"] == TOGETHER:
            allowed = AffinityPlace.guests.does_not_exist() | (AffinityPlace.host_id == host_id)
        here = [AffinityPlace.guests.add({machine.id}), AffinityPlace.host_id.set(host_id)]
        transaction.update(_place(group, host_id), here, allowed, otherwise)


def unsettle(transaction: Transaction, machine: VirtualMachine) -> None:
    """Give back the guest's place in its groups, where its record says that it is."""
    for group in groups_of(machine):
        transaction.update(_place(group, str(machine.host_id)), [AffinityPlace.guests.delete({machine.id})])


def places(machine: VirtualMachine) -> list[tuple[dict[str, str], dict[str, int]]]:
    """Each of the guest's groups, and how many of its guests are on which host."""
    found: list[tuple[dict[str, str], dict[str, int]]] = []
    for group in groups_of(machine):
        rows: list[Any] = list(AffinityPlace.query(group["id"], consistent_read=True))
        found.append((group, {row.host_id: len(row.guests) for row in rows if row.guests}))
    return found


def forget_places(group_id: str) -> None:
    """Delete what is left of a group that is gone and whose guests are on no host."""
    for row in list(AffinityPlace.query(group_id, consistent_read=True)):
        row.delete()


def _place(group: dict[str, str], host_id: str) -> AffinityPlace:
    return AffinityPlace(group["id"], ONE_FOR_ALL if group["type"] == TOGETHER else host_id)
