"""createProjectRolePermission: one more rule of a project role."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_events import tell_of
from functions.identity._project_rights import governed_project, role_of
from functions.identity._project_roles import (
    ProjectRolePermissionResponse,
    keep_rules,
    permission_of,
    rule_of,
    show_rule,
)
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.ids import new_id
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole
from javelin.messaging.events import ANNOUNCE


class CreateProjectRolePermission(Request):
    """Adds a rule after the others of a project role. The first rule that fits a command decides for its holders."""

    projectid: Uuid = Field(description="The project")
    projectroleid: Uuid = Field(description="The role")
    rule: Text = Field(description="The commands that it fits: a name, in which * stands for anything")
    permission: Text = Field(description="allow or deny")
    description: Text | None = Field(None, description="What it is for")


@operation(
    CreateProjectRolePermission, roles=EVERYONE, answers=ProjectRolePermissionResponse, object_name="projectrolepermission",
    event="PROJECT.ROLE.PERMISSION.CREATE", grants=[Project.read, ProjectRole.write, *ANNOUNCE],
)  # fmt: skip
def handler(request: CreateProjectRolePermission, caller: Caller) -> Item:
    """It holds from the next call on."""
    project = governed_project(caller, request.projectid)
    role = role_of(project, request.projectroleid)
    rule, permission = rule_of(request.rule), permission_of(request.permission)
    if any(row["rule"].lower() == rule.lower() for row in role.rules):
        raise InvalidParameter(f"Role {role.name} has a rule {rule} already; change or delete that one.")
    row = {"id": new_id(), "rule": rule, "permission": permission, "description": request.description}
    keep_rules(role, [*role.rules, row])
    tell_of(caller, project, "PROJECT.ROLE.PERMISSION.CREATE", f"Rule {rule} was added to role {role.name}")
    return Item("projectrolepermission", show_rule(role, row))
