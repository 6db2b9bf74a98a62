"""updateProjectRolePermission: a rule that says otherwise, or rules in another order."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_events import tell_of
from functions.identity._project_rights import governed_project, role_of
from functions.identity._project_roles import keep_rules, permission_of
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid, UuidList
from javelin.contract.responses import Success
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole
from javelin.messaging.events import ANNOUNCE


class UpdateProjectRolePermission(Request):
    """Has a rule of a project role allow or deny, or puts all its rules into another order."""

    projectid: Uuid = Field(description="The project")
    projectroleid: Uuid = Field(description="The role")
    projectrolepermissionid: Uuid | None = Field(None, description="The rule to change; needs permission")
    permission: Text | None = Field(None, description="What that rule says: allow or deny")
    ruleorder: UuidList | None = Field(None, description="All rules of the role, in their new order")


@operation(
    UpdateProjectRolePermission, roles=EVERYONE, event="PROJECT.ROLE.PERMISSION.UPDATE",
    grants=[Project.read, ProjectRole.write, *ANNOUNCE],
)  # fmt: skip
def handler(request: UpdateProjectRolePermission, caller: Caller) -> Success:
    """One or the other."""
    project = governed_project(caller, request.projectid)
    role = role_of(project, request.projectroleid)
    one, order = {request.projectrolepermissionid is None, request.permission is None}, request.ruleorder is None
    if one != {not order}:
        raise InvalidParameter("Give either ruleorder, or projectrolepermissionid and permission.")
    keep_rules(role, _changed(request, role) if order else _ordered(request, role))
    tell_of(caller, project, "PROJECT.ROLE.PERMISSION.UPDATE", f"Rules of role {role.name} were changed")
    return Success()


def _changed(request: UpdateProjectRolePermission, role: ProjectRole) -> list[dict[str, object]]:
    permission = permission_of(request.permission or "")
    if not any(row["id"] == request.projectrolepermissionid for row in role.rules):
        raise InvalidParameter(f"Unable to find rule {request.projectrolepermissionid} in role {role.name}; list them.")
    return [
        row | {"permission": permission} if row["id"] == request.projectrolepermissionid else row for row in role.rules
    ]


def _ordered(request: UpdateProjectRolePermission, role: ProjectRole) -> list[dict[str, object]]:
    rows = {row["id"]: row for row in role.rules}
    if sorted(request.ruleorder or []) != sorted(rows):
        raise InvalidParameter("ruleorder has every rule of the role once; list them, and put all into order.")
    return [rows[key] for key in request.ruleorder or []]
