"""updateProjectInvitation: come into a project, or do not."""

from __future__ import annotations

from pydantic import Field

from functions.identity._invitations import accept, decline, pending
from functions.identity._project_events import tell_of
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, SecretText, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.members import CHANGE_MEMBERS
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.project import Project
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class UpdateProjectInvitation(Request):
    """Answers an invitation into a project: that of the caller's account or user, or the one of a token."""

    projectid: Uuid = Field(description="The project")
    account: Text | None = Field(None, description="The account that is invited; the caller's when left out")
    userid: Uuid | None = Field(None, description="The user that is invited, instead of an account")
    token: SecretText | None = Field(None, description="The token of the invitation")
    accept: Flag = Field(True, description="Whether to come into the project")


@operation(
    UpdateProjectInvitation, roles=EVERYONE, asynchronous=True, event="PROJECT.INVITATION.UPDATE",
    grants=[*CHANGE_MEMBERS, ProjectInvitation.write, Claim.write, Sequence.write, *jobs.START_JOB, *ANNOUNCE],
)  # fmt: skip
def handler(request: UpdateProjectInvitation, caller: Caller) -> Accepted:
    """An invitation is answered once, and until it expires."""
    account, user = _invited(request, caller)
    invitation = pending(request.projectid, account, user, request.token)
    project = Project.require(request.projectid)
    if request.accept:
        accept(invitation, project, account, user)
    else:
        decline(invitation)
    accepted = jobs.done(
        caller, Transaction(), command="updateProjectInvitation", result={"success": True},
        resource_type="ProjectInvitation", resource_id=invitation.id,
    )  # fmt: skip
    done = "accepted" if request.accept else "declined"
    tell_of(caller, project, "PROJECT.INVITATION.UPDATE", f"An invitation into project {project.name} was {done}")
    return accepted


def _invited(request: UpdateProjectInvitation, caller: Caller) -> tuple[Account, User | None]:
    """Who answers: the caller with its account, or those whom it may act for."""
    if request.userid is not None:
        user = User.visible_to(caller, request.userid)
        return Account.require(user.account_id), user
    account = account_named(caller, request.account, None)
    return account, User.find(caller.user_id) if account.id == caller.account_id else None
