"""How a role is shown, who may change it, and that accounts have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import Field

from functions.identity._rights import require_includes
from javelin.contract.caller import ROOT, Caller, RoleType
from javelin.contract.errors import ConcurrentOperation, InvalidParameter, PermissionDenied, ResourceInUse
from javelin.contract.grants import Grant
from javelin.contract.responses import Response
from javelin.data.record import Change
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.role import BUILT_IN, BUILT_IN_IDS, Role
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE

Names = Mapping[str, str]  # of roles by their ids
BUILT_IN_NAMES: dict[str, str] = dict(BUILT_IN.values())
CHANGED = ConcurrentOperation("Somebody else changed the role meanwhile; look again and repeat.")

CHANGE_ROLE: tuple[Grant, ...] = (Role.write, *ANNOUNCE)
MAKE_ROLE: tuple[Grant, ...] = (*CHANGE_ROLE, Claim.write, Sequence.write)


class RoleResponse(Response):
    """A role."""

    id: str = Field(description="The role's id")
    name: str = Field(description="The role's name")
    type: str = Field(description="Admin, ResourceAdmin, DomainAdmin or User")
    description: str = Field(description="What it is for")
    ispublic: bool = Field(description="Whether administrators of domains may give it")
    isdefault: bool = Field(description="Whether the cloud came with it")
    state: str = Field(description="enabled or disabled")


def show_role(role: Role) -> RoleResponse:
    """A role without its rules."""
    return RoleResponse(
        id=role.id, name=role.name, type=role.type, description=role.description, isdefault=role.built_in,
        ispublic=role.public, state=role.state,
    )  # fmt: skip


def type_named(name: str) -> RoleType:
    """The type of this name, whatever its case. Raises InvalidParameter."""
    found = next((kind for kind in BUILT_IN if kind.lower() == name.strip().lower()), None)
    if found is None:
        raise InvalidParameter(f"There is no role type {name}; it is one of {', '.join(BUILT_IN)}.")
    return found


def readable_role(caller: Caller, role_id: str) -> Role:
    """A role that the caller may look into: none that has more than its own."""
    role = Role.require(role_id)
    require_includes(caller, role.type, role.id)
    return role


def may_look_into(caller: Caller, role: Role) -> bool:
    """Whether it has no more than the caller's own."""
    try:
        require_includes(caller, role.type, role.id)
    except PermissionDenied:
        return False
    return True


def changeable_role(caller: Caller, role_id: str) -> Role:
    """A role that the caller may change: none that is built in, and none that has more than the caller's own."""
    role = readable_role(caller, role_id)
    if role.built_in:
        raise InvalidParameter(f"The role {role.name} is the cloud's own; make one like it by createRole with roleid.")
    return role


def claim_role_name(transaction: Transaction, role: Role) -> None:
    """Take the role's name, which no other role has, nor the built-in ones."""
    taken = InvalidParameter(f"There is a role {role.name} already; choose another name.")
    if role.name.lower() in {name.lower() for name in BUILT_IN_NAMES.values()}:
        raise taken
    transaction.claim(Role.claim_name(role.name), role.id, taken)


def change_role(transaction: Transaction, role: Role, *changes: Change, unused: bool = False) -> None:
    """Change attributes of a role if nobody else did since it was read and, with `unused`, no account has it."""
    condition = Role.revision == role.revision
    if unused:
        require_unused(role)
        condition &= Role.holders == 0
    transaction.update(role, [*changes, Role.revision.add(1)], condition, CHANGED)


def require_unused(role: Role) -> None:
    """Raise ResourceInUse if accounts have the role."""
    if int(role.holders) > 0:
        raise ResourceInUse(f"{role.holders} accounts have the role {role.name}; give them another first.")


def role_names(accounts: Iterable[Account]) -> Names:
    """The names of the roles that accounts have, by their ids."""
    made = {account.role_id for account in accounts} - BUILT_IN_IDS
    return BUILT_IN_NAMES | {role.id: role.name for role in Role.load_all(sorted(made))}


def given_role(caller: Caller, role_id: str) -> Role:
    """A role that the caller may give to an account. Raises InvalidParameter or PermissionDenied."""
    kind = next((kind for kind, (known, _) in BUILT_IN.items() if known == role_id), None)
    role = Role(role_id, type=kind) if kind else Role.find(role_id)
    if role is None or not (role.public or caller.role_type in ROOT):
        raise InvalidParameter(f"Unable to find role with id {role_id}; see listRoles.")
    require_includes(caller, role.type, role.id)
    if role.state != "enabled":
        raise InvalidParameter(f"The role {role.name} is disabled; enable it first, or give another.")
    return role


def hold_role(transaction: Transaction, role: Role) -> None:
    """Count one more account that has the role, which must be as it was read; built-in ones are not counted."""
    if role.id not in BUILT_IN_IDS:
        transaction.update(Role(role.id), [Role.holders.add(1)], Role.revision == role.revision, CHANGED)


def release_role(transaction: Transaction, role_id: str) -> None:
    """Count one account less that has the role."""
    if role_id not in BUILT_IN_IDS:
        transaction.update(Role(role_id), [Role.holders.add(-1)], Role.id.exists())
