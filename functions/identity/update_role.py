"""updateRole: a role's name, type and what it is for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import clean_name, require_includes
from functions.identity._role import (
    MAKE_ROLE,
    RoleResponse,
    change_role,
    changeable_role,
    claim_role_name,
    show_role,
    type_named,
)
from functions.identity._rules import require_within
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Length, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.role import Role
from javelin.data.transaction import Transaction


class UpdateRole(Request):
    """Changes a role; its type only while no account has it."""

    id: Uuid = Field(description="The role")
    name: Annotated[Text, Length(100)] | None = Field(None, description="A name that no other role has")
    type: Text | None = Field(None, description="Admin, ResourceAdmin, DomainAdmin or User")
    description: Text | None = Field(None, description="What it is for")
    ispublic: Flag | None = Field(None, description="Whether administrators of domains may give it")


@operation(UpdateRole, roles=ROOT, answers=RoleResponse, object_name="role", grants=MAKE_ROLE, event="ROLE.UPDATE")
def handler(request: UpdateRole, caller: Caller) -> Item:
    """Rules stay, and must be of what the new type has."""
    role = changeable_role(caller, request.id)
    before, kind = role.name, role.type
    role.name = clean_name("role", request.name or role.name)
    role.type = type_named(request.type or role.type)
    role.description = request.description if request.description is not None else role.description
    role.public = request.ispublic if request.ispublic is not None else role.public
    require_within(role.type, role.rules)
    require_includes(caller, role.type, role.id)
    transaction = Transaction()
    if role.name.lower() != before.lower():
        claim_role_name(transaction, role)
        transaction.release(Role.claim_name(before))
    changes = [
        Role.name.set(role.name), Role.type.set(role.type), Role.description.set(role.description),
        Role.public.set(role.public),
    ]  # fmt: skip
    change_role(transaction, role, *changes, unused=kind != role.type)
    transaction.commit()
    tell(caller, "ROLE.UPDATE", f"Role {role.name} was changed", "Role", role.id)
    return Item("role", show_role(role))
