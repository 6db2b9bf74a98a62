"""deleteProjectRolePermission: a rule that a project role has no more."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_events import tell_of
from functions.identity._project_rights import governed_project
from functions.identity._project_roles import keep_rules
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, Window, page_of
from javelin.data.reach import Reach
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole
from javelin.messaging.events import ANNOUNCE


class DeleteProjectRolePermission(Request):
    """Takes a rule from a project role."""

    projectid: Uuid = Field(description="The project")
    id: Uuid = Field(description="The rule")


@operation(
    DeleteProjectRolePermission, roles=EVERYONE, event="PROJECT.ROLE.PERMISSION.DELETE",
    grants=[Project.read, ProjectRole.write, *READ_LISTS, *ANNOUNCE],
)  # fmt: skip
def handler(request: DeleteProjectRolePermission, caller: Caller) -> Success:
    """The role is the one of the project's that has the rule."""
    project = governed_project(caller, request.projectid)
    roles, _ = page_of(ProjectRole, Reach((project.id,)), Window(0, 2**31), Filters())
    role = next((one for one in roles if any(row["id"] == request.id for row in one.rules)), None)
    if role is None:
        raise InvalidParameter(f"Unable to find rule {request.id} in project {project.name}; list them.")
    keep_rules(role, [row for row in role.rules if row["id"] != request.id])
    tell_of(caller, project, "PROJECT.ROLE.PERMISSION.DELETE", f"A rule was taken from role {role.name}")
    return Success()
