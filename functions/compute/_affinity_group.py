"""Affinity groups: how they are shown, and which ones a request names."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import OwnedResponse
from javelin.data.affinity import groups_of
from javelin.data.owners import owner
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.claim import Claim
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.virtual_machine import VirtualMachine


class AffinityGroupResponse(OwnedResponse):
    """An affinity group."""

    id: str = Field(description="The group's id")
    name: str = Field(description="The group's name")
    description: str | None = Field(None, description="What it is for")
    type: str = Field(description="Whether its virtual machines are kept apart or together, and how strictly")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    virtualmachineIds: list[str] | None = Field(None, description="The virtual machines in it")  # noqa: N815 - the contract's name


def show_group(group: AffinityGroup) -> AffinityGroupResponse:
    """A group with its guests."""
    return AffinityGroupResponse(
        id=group.id, name=group.name, description=group.description, type=group.type, **owner(group),
        domainid=group.domain_id, domain=name_of(group.domain_path), domainpath=shown_path(group.domain_path),
        virtualmachineIds=sorted(group.vm_ids or ()),
    )  # fmt: skip


def show_membership(machine: VirtualMachine) -> list[AffinityGroupResponse]:
    """The groups of a guest, as its own record keeps them."""
    return [
        AffinityGroupResponse(
            id=group["id"], name=group["name"], description=group.get("description"), type=group["type"],
            **owner(machine), domainid=machine.domain_id, domain=name_of(machine.domain_path),
            domainpath=shown_path(machine.domain_path),
        )
        for group in groups_of(machine)
    ]  # fmt: skip


def groups_named(account_id: str, ids: list[str], names: list[str]) -> list[AffinityGroup]:
    """The account's groups of these ids, or of these names. Raises InvalidParameter for one that it does not have."""
    if ids and names:
        raise InvalidParameter("Give affinitygroupids or affinitygroupnames, not both.")
    wanted = list(dict.fromkeys(ids or [_id_of(account_id, name) for name in names]))
    found = {group.id: group for group in AffinityGroup.load_all(wanted) if group.account_id == account_id}
    for key in wanted:
        if key not in found:
            raise AffinityGroup.unknown(key)
    return [found[key] for key in wanted]


def _id_of(account_id: str, name: str) -> str:
    key = Claim.owner_of(AffinityGroup.key_of(account_id, name.strip()))
    if key is None:
        raise InvalidParameter(
            f"There is no affinity group {name} in the account; listAffinityGroups shows those that are."
        )
    return key
