"""listProjectRoles: the roles that members of a project may have."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_roles import ProjectRoleResponse, show_role
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, page_of, window
from javelin.data.reach import Reach
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole


class ListProjectRoles(ListRequest):
    """Lists the roles of a project."""

    projectid: Uuid = Field(description="The project")
    projectroleid: Uuid | None = Field(None, description="Only this role")
    name: Text | None = Field(None, description="Only the role of this name")


@operation(
    ListProjectRoles, roles=EVERYONE, answers=ProjectRoleResponse, object_name="projectrole",
    grants=[Project.read, ProjectRole.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListProjectRoles, caller: Caller) -> Listing:
    """In order of creation."""
    project = Project.visible_to(caller, request.projectid)
    filters = Filters().equal("id", request.projectroleid).equal("name", request.name)
    filters.contains(request.keyword, "name")
    roles, count = page_of(ProjectRole, Reach((project.id,)), window(request), filters)
    return Listing("projectrole", [show_role(role) for role in roles], count)
