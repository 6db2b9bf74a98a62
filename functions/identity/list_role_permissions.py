"""listRolePermissions: the rules of a role, in their order."""

from __future__ import annotations

from pydantic import Field

from functions.identity._role import readable_role
from functions.identity._rules import RolePermissionResponse, show_rules
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Listing
from javelin.data.records.role import Role


class ListRolePermissions(Request):
    """Lists the rules of a role; those of the cloud's own roles are the commands that they have."""

    roleid: Uuid | None = Field(None, description="The role; needed")


@operation(
    ListRolePermissions, roles=ROOT, grants=[Role.read], answers=RolePermissionResponse, object_name="rolepermission",
)  # fmt: skip
def handler(request: ListRolePermissions, caller: Caller) -> Listing:
    """In the order in which they are tried."""
    if request.roleid is None:
        raise InvalidParameter("Say whose rules: give roleid; listRoles shows which roles there are.")
    rows = show_rules(readable_role(caller, request.roleid))
    return Listing("rolepermission", rows, len(rows))
