"""deleteAccountFromProject: an account that is in a project no more."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_leaving import member_of, remove
from functions.identity._project_rights import governed_project
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.members import CHANGE_MEMBERS
from javelin.data.reach import find_account
from javelin.data.records.claim import Claim
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class DeleteAccountFromProject(Request):
    """Takes an account out of a project; what it made there stays the project's."""

    projectid: Uuid = Field(description="The project")
    account: Text = Field(description="The account's name")


@operation(
    DeleteAccountFromProject, roles=EVERYONE, asynchronous=True,
    grants=[*CHANGE_MEMBERS, Claim.read, *jobs.START_JOB, *ANNOUNCE],
    event="PROJECT.ACCOUNT.REMOVE",
)  # fmt: skip
def handler(request: DeleteAccountFromProject, caller: Caller) -> Accepted:
    """Its users see nothing of the project with their next call."""
    project = governed_project(caller, request.projectid)
    account = find_account(project.domain_id, request.account)
    member = member_of(project, account.id if account else "-", None, request.account)
    return remove(caller, project, member, command="deleteAccountFromProject", event="PROJECT.ACCOUNT.REMOVE")
