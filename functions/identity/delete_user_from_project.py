"""deleteUserFromProject: a user that is in a project no more."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project_leaving import member_of, remove
from functions.identity._project_rights import governed_project
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.members import CHANGE_MEMBERS
from javelin.data.records.user import User
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class DeleteUserFromProject(Request):
    """Takes a user out of a project that it is in alone; its account may still be in it."""

    projectid: Uuid = Field(description="The project")
    userid: Uuid = Field(description="The user")


@operation(
    DeleteUserFromProject, roles=EVERYONE, asynchronous=True,
    grants=[*CHANGE_MEMBERS, *jobs.START_JOB, *ANNOUNCE],
    event="PROJECT.USER.REMOVE",
)  # fmt: skip
def handler(request: DeleteUserFromProject, caller: Caller) -> Accepted:
    """It sees nothing of the project with its next call."""
    project = governed_project(caller, request.projectid)
    user = User.find(request.userid)
    member = member_of(project, user.account_id if user else "-", request.userid, f"User {request.userid}")
    return remove(caller, project, member, command="deleteUserFromProject", event="PROJECT.USER.REMOVE")
