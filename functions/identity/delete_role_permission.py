"""deleteRolePermission: a rule of a role less."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import require_includes
from functions.identity._role import CHANGE_ROLE
from functions.identity._rules import role_of_rule, rule_of, save_rules, unknown_rule
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.records.role import Role


class DeleteRolePermission(Request):
    """Takes a rule from a role; what it fitted is decided by those after it."""

    id: Uuid = Field(description="The rule")


@operation(DeleteRolePermission, roles=ROOT, grants=CHANGE_ROLE, event="ROLE.PERMISSION.DELETE")
def handler(request: DeleteRolePermission, caller: Caller) -> Success:
    """A deny that goes may let commands in: not more than the caller has."""
    role = Role.find(role_of_rule(request.id))
    if role is None or role.built_in:
        raise unknown_rule(request.id)
    require_includes(caller, role.type, role.id)
    gone = rule_of(role, request.id)
    role.rules = [row for row in role.rules if row is not gone]
    save_rules(caller, role)
    said = f"Role {role.name} has a rule less: {gone['permission']} {gone['rule']}"
    tell(caller, "ROLE.PERMISSION.DELETE", said, "Role", role.id)
    return Success()
