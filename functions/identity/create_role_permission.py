"""createRolePermission: one more rule of a role."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._role import CHANGE_ROLE, changeable_role
from functions.identity._rules import RolePermissionResponse, add_rule, save_rules, show_rules
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item


class CreateRolePermission(Request):
    """Adds a rule at the end of a role's; the first rule that fits a command decides."""

    roleid: Uuid = Field(description="The role")
    rule: Text = Field(description="A command, or several by *: list*")
    permission: Text = Field(description="allow or deny")
    description: Text | None = Field(None, description="What it is for")


@operation(
    CreateRolePermission, roles=ROOT, answers=RolePermissionResponse, object_name="rolepermission", grants=CHANGE_ROLE,
    event="ROLE.PERMISSION.CREATE",
)  # fmt: skip
def handler(request: CreateRolePermission, caller: Caller) -> Item:
    """The role never comes to have more than the caller's."""
    role = changeable_role(caller, request.roleid)
    added = add_rule(role, request.rule, request.permission, request.description)
    save_rules(caller, role)
    said = f"Role {role.name} has a rule more: {added['permission']} {added['rule']}"
    tell(caller, "ROLE.PERMISSION.CREATE", said, "Role", role.id)
    return Item("rolepermission", show_rules(role)[-1])
