"""updateProjectRole: a project role with another name or description."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_events import tell_of
from functions.identity._project_rights import governed_project, role_of
from functions.identity._project_roles import ProjectRoleResponse, show_role
from functions.identity._rights import clean_name
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.claim import Claim
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class UpdateProjectRole(Request):
    """Renames a project role, or describes it otherwise."""

    id: Uuid = Field(description="The role")
    projectid: Uuid = Field(description="Its project")
    name: Text | None = Field(None, description="A name that no other role of the project has")
    description: Text | None = Field(None, description="What it is for")


@operation(
    UpdateProjectRole, roles=EVERYONE, answers=ProjectRoleResponse, object_name="projectrole", event="PROJECT.ROLE.UPDATE",
    grants=[Project.read, ProjectRole.write, Claim.write, *ANNOUNCE],
)  # fmt: skip
def handler(request: UpdateProjectRole, caller: Caller) -> Item:
    """Its holders keep it."""
    project = governed_project(caller, request.projectid)
    role = role_of(project, request.id)
    transaction = Transaction()
    if request.name is not None and (name := clean_name("role", request.name)) != role.name:
        taken = InvalidParameter(f"Project {project.name} has a role {name} already; choose another name.")
        if name.lower() != role.name.lower():
            transaction.claim(ProjectRole.claim_name(project.id, name), role.id, taken)
            transaction.release(ProjectRole.claim_name(project.id, role.name))
        role.name = name
    if request.description is not None:
        role.description = request.description
    transaction.save(role)
    transaction.commit()
    tell_of(caller, project, "PROJECT.ROLE.UPDATE", f"Role {role.name} of project {project.name} was changed")
    return Item("projectrole", show_role(role))
