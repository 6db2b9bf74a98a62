"""listProjectRolePermissions: the rules of project roles."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_rights import role_of
from functions.identity._project_roles import ProjectRolePermissionResponse, show_rule
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, Window, page_of, window
from javelin.data.reach import Reach
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole


class ListProjectRolePermissions(ListRequest):
    """Lists the rules of a project's roles, each role's in the order in which they are looked at."""

    projectid: Uuid = Field(description="The project")
    projectroleid: Uuid | None = Field(None, description="Only the rules of this role")


@operation(
    ListProjectRolePermissions, roles=EVERYONE, answers=ProjectRolePermissionResponse, object_name="projectrolepermission",
    grants=[Project.read, ProjectRole.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListProjectRolePermissions, caller: Caller) -> Listing:
    """They are part of their roles."""
    project = Project.visible_to(caller, request.projectid)
    if request.projectroleid:
        roles = [role_of(project, request.projectroleid)]
    else:
        roles, _ = page_of(ProjectRole, Reach((project.id,)), Window(0, 2**31), Filters())
    word = (request.keyword or "").lower()
    rows = [(role, row) for role in roles for row in role.rules if word in row["rule"].lower()]
    return Listing("projectrolepermission", [show_rule(*one) for one in window(request).of(rows)], len(rows))
