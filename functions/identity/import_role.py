"""importRole: a role with all its rules at once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import clean_name, require_rules_included
from functions.identity._role import (
    MAKE_ROLE,
    RoleResponse,
    change_role,
    changeable_role,
    claim_role_name,
    show_role,
    type_named,
)
from functions.identity._rules import add_rule, new_role_id, require_room
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Length, Request, Rows, Text
from javelin.contract.responses import Item
from javelin.data.records.claim import Claim
from javelin.data.records.role import Role
from javelin.data.transaction import Transaction


class ImportRole(Request):
    """Makes a role with rules, or with forced replaces those of the role that has the name."""

    name: Annotated[Text, Length(100)] = Field(description="The role's name")
    type: Text | None = Field(None, description="Admin, ResourceAdmin, DomainAdmin or User")
    rules: Rows = Field(description="Its rules in order: rule, permission, description")
    description: Text | None = Field(None, description="What it is for")
    forced: Flag = Field(False, description="Whether a role that has the name is changed")
    ispublic: Flag = Field(True, description="Whether administrators of domains may give it")


@operation(ImportRole, roles=ROOT, answers=RoleResponse, object_name="role", grants=MAKE_ROLE, event="ROLE.IMPORT")
def handler(request: ImportRole, caller: Caller) -> Item:
    """All of it or nothing; a role that accounts have keeps its type."""
    name = clean_name("role", request.name)
    if request.type is None:
        raise InvalidParameter("Say what the role can have at most: give type.")
    known = Claim.owner_of(Role.claim_name(name)) if request.forced else None
    old = changeable_role(caller, known) if known else None
    role = Role(
        old.id if old else new_role_id(), name=name, type=type_named(request.type), built_in=False,
        description=request.description or "", public=request.ispublic, issued=old.issued if old else 0,
    )  # fmt: skip
    for row in request.rules:
        add_rule(role, row.get("rule", ""), row.get("permission", ""), row.get("description"))
    require_room(role)
    require_rules_included(caller, role.type, lambda: role.parsed)
    transaction = Transaction()
    if old is None:
        claim_role_name(transaction, role)
        transaction.create(role)
    else:
        role.state = old.state
        changes = [
            Role.name.set(name), Role.type.set(role.type), Role.description.set(role.description),
            Role.public.set(role.public), Role.rules.set(role.rules), Role.issued.set(role.issued),
        ]  # fmt: skip
        change_role(transaction, old, *changes, unused=old.type != role.type)
    transaction.commit()
    tell(caller, "ROLE.IMPORT", f"Role {role.name} was imported", "Role", role.id)
    return Item("role", show_role(role))
