"""addUserToProject: one user alone in a project, or an invitation for it."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_joining import add, standing_in
from functions.identity._project_rights import governed_project
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted, Bare
from javelin.data import settings
from javelin.data.members import CHANGE_MEMBERS
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import User
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class AddUserToProject(Request):
    """Adds a user of the project's domain, without the other users of its account. See addAccountToProject."""

    projectid: Uuid = Field(description="The project")
    username: Text = Field(description="The user's name")
    email: Text | None = Field(None, description="Kept with the invitation; the cloud sends no mail")
    projectroleid: Uuid | None = Field(None, description="The project role that takes something from what it may do")
    roletype: Text | None = Field(None, description="Admin, or Regular (if missing)")


@operation(
    AddUserToProject, roles=EVERYONE, asynchronous=True, secret_answer=True,
    grants=[*CHANGE_MEMBERS, ProjectInvitation.write, Claim.write, Sequence.write, settings.READ_SETTINGS,
            *jobs.START_JOB, *ANNOUNCE],
    event="PROJECT.USER.ADD",
)  # fmt: skip
def handler(request: AddUserToProject, caller: Caller) -> Accepted | Bare:
    """From its next call on the user sees what is the project's."""
    project = governed_project(caller, request.projectid)
    standing = standing_in(project, request.roletype, request.projectroleid)
    user = User.find(Claim.owner_of(User.claim_name(project.domain_id, request.username)) or "-")
    if user is None:
        raise InvalidParameter(f"Unable to find user {request.username} in the project's domain; check the name.")
    account = Account.require(user.account_id)
    return add(caller, project, account, user, standing, command="addUserToProject", email=request.email)
