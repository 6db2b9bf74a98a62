"""updateRolePermission: what a rule says, or in which order a role's rules are tried."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._role import CHANGE_ROLE, changeable_role
from functions.identity._rules import read_permission, reorder, rule_of, save_rules
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid, UuidList
from javelin.contract.responses import Success


class UpdateRolePermission(Request):
    """Changes a rule from allow to deny or back, or puts all rules of a role into another order."""

    roleid: Uuid = Field(description="The role")
    ruleid: Uuid | None = Field(None, description="The rule to change")
    permission: Text | None = Field(None, description="allow or deny, with ruleid")
    ruleorder: UuidList | None = Field(None, description="The ids of all rules in the order to try them")


@operation(UpdateRolePermission, roles=ROOT, grants=CHANGE_ROLE, event="ROLE.PERMISSION.UPDATE")
def handler(request: UpdateRolePermission, caller: Caller) -> Success:
    """The role never comes to have more than the caller's."""
    role = changeable_role(caller, request.roleid)
    if request.ruleorder is not None and request.ruleid is None and request.permission is None:
        reorder(role, request.ruleorder)
    elif request.ruleorder is None and request.ruleid is not None and request.permission is not None:
        rule_of(role, request.ruleid)["permission"] = read_permission(request.permission)
    else:
        raise InvalidParameter("Give ruleid with permission to change a rule, or ruleorder alone to order them.")
    save_rules(caller, role)
    tell(caller, "ROLE.PERMISSION.UPDATE", f"The rules of role {role.name} were changed", "Role", role.id)
    return Success()
