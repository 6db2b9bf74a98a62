"""createProjectRole: a role that takes something from what members may do."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_events import tell_of
from functions.identity._project_rights import governed_project, require_open
from functions.identity._project_roles import ProjectRoleResponse, owned_by, show_role
from functions.identity._rights import clean_name
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class CreateProjectRole(Request):
    """Makes a role in a project. Without rules it takes nothing away: what no rule fits is allowed to members."""

    projectid: Uuid = Field(description="The project")
    name: Text = Field(description="A name that no other role of the project has")
    description: Text | None = Field(None, description="What it is for")


@operation(
    CreateProjectRole, roles=EVERYONE, answers=ProjectRoleResponse, object_name="projectrole", event="PROJECT.ROLE.CREATE",
    grants=[Project.read, Project.check, ProjectRole.write, Claim.write, Sequence.write, *ANNOUNCE],
)  # fmt: skip
def handler(request: CreateProjectRole, caller: Caller) -> Item:
    """The name is taken in the same transaction."""
    project = governed_project(caller, request.projectid)
    require_open(project)
    name = clean_name("role", request.name)
    role = ProjectRole(new_id(), name=name, description=request.description or "", **owned_by(project))
    taken = InvalidParameter(f"Project {project.name} has a role {name} already; choose another name.")
    transaction = Transaction()
    transaction.create(role)
    transaction.claim(ProjectRole.claim_name(project.id, name), role.id, taken)
    ended = InvalidParameter(f"Project {project.name} is being deleted; nothing of it changes any more.")
    transaction.check(Project, project.id, (Project.state != "Disabled") & project.as_read, ended)
    transaction.commit()
    tell_of(caller, project, "PROJECT.ROLE.CREATE", f"Role {name} was made in project {project.name}")
    return Item("projectrole", show_role(role))
