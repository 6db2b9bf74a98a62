"""addAccountToProject: one more account in a project, or an invitation for it."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_joining import add, invite, standing_in
from functions.identity._project_rights import governed_project
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted, Bare
from javelin.data import settings
from javelin.data.members import CHANGE_MEMBERS
from javelin.data.reach import find_account
from javelin.data.records.claim import Claim
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.sequence import Sequence
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class AddAccountToProject(Request):
    """Adds an account of the project's domain. Where the cloud wants invitations it is invited: the answer has the token."""

    projectid: Uuid = Field(description="The project")
    account: Text | None = Field(None, description="The account's name")
    email: Text | None = Field(None, description="Whom to invite, where no account is named; the cloud sends no mail")
    projectroleid: Uuid | None = Field(None, description="The project role that takes something from what it may do")
    roletype: Text | None = Field(None, description="Admin, or Regular (if missing)")


@operation(
    AddAccountToProject, roles=EVERYONE, asynchronous=True, secret_answer=True,
    grants=[*CHANGE_MEMBERS, ProjectInvitation.write, Claim.write, Sequence.write, *jobs.START_JOB, *ANNOUNCE],
    event="PROJECT.ACCOUNT.ADD",
)  # fmt: skip
def handler(request: AddAccountToProject, caller: Caller) -> Accepted | Bare:
    """From its users' next call on they see what is the project's."""
    project = governed_project(caller, request.projectid)
    standing = standing_in(project, request.roletype, request.projectroleid)
    if request.account is None:
        if request.email is None or not settings.INVITATIONS.value():
            raise InvalidParameter(
                "Say which account to add; people are invited by email where project.invite.required."
            )
        return invite(caller, project, standing, command="addAccountToProject", email=request.email)
    account = find_account(project.domain_id, request.account)
    if account is None or account.of_project:
        raise InvalidParameter(f"Unable to find account {request.account} in the project's domain; check the name.")
    return add(caller, project, account, None, standing, command="addAccountToProject", email=request.email)
