"""deleteProjectInvitation: an invitation into a project that holds no more."""

from __future__ import annotations

from pydantic import Field

from functions.identity._invitations import withdraw
from functions.identity._project_events import tell_of
from functions.identity._project_rights import governs
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.claim import Claim
from javelin.data.records.project import Project
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.project_role import ProjectRole
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class DeleteProjectInvitation(Request):
    """Takes an invitation back, or forgets one that was answered; for administrators of the project."""

    id: Uuid = Field(description="The invitation")


@operation(
    DeleteProjectInvitation, roles=EVERYONE, asynchronous=True, event="PROJECT.INVITATION.REMOVE",
    grants=[Project.read, ProjectInvitation.write, ProjectRole.write, Claim.write, *jobs.START_JOB, *ANNOUNCE],
)  # fmt: skip
def handler(request: DeleteProjectInvitation, caller: Caller) -> Accepted:
    """Its token is good for nothing with it."""
    invitation = ProjectInvitation.visible_to(caller, request.id)
    project = Project.require(invitation.account_id)
    if not governs(caller, project):
        raise ProjectInvitation.unknown(request.id)
    transaction = Transaction()
    withdraw(transaction, invitation)
    accepted = jobs.done(
        caller, transaction, command="deleteProjectInvitation", result={"success": True},
        resource_type="ProjectInvitation", resource_id=invitation.id,
    )  # fmt: skip
    tell_of(caller, project, "PROJECT.INVITATION.REMOVE", f"An invitation into project {project.name} was taken back")
    return accepted
