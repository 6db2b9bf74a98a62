"""deleteProjectRole: a project role that nobody has."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_events import tell_of
from functions.identity._project_rights import governed_project, role_of
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.records.claim import Claim
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class DeleteProjectRole(Request):
    """Deletes a project role with its rules."""

    id: Uuid = Field(description="The role")
    projectid: Uuid = Field(description="Its project")


@operation(
    DeleteProjectRole, roles=EVERYONE, event="PROJECT.ROLE.DELETE",
    grants=[Project.read, ProjectRole.write, Claim.write, *ANNOUNCE],
)  # fmt: skip
def handler(request: DeleteProjectRole, caller: Caller) -> Success:
    """That nobody has it is a condition of the transaction."""
    project = governed_project(caller, request.projectid)
    role = role_of(project, request.id)
    held = ResourceInUse(f"Members of the project, or those invited, have role {role.name}; take them out first.")
    transaction = Transaction()
    transaction.delete(ProjectRole(role.id), ProjectRole.holders == 0, held)
    transaction.release(ProjectRole.claim_name(project.id, role.name))
    transaction.commit()
    tell_of(caller, project, "PROJECT.ROLE.DELETE", f"Role {role.name} of project {project.name} was deleted")
    return Success()
