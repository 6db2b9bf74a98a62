"""suspendProject: a project that takes nothing new, and whose virtual machines are stopped."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project import ProjectResponse
from functions.identity._project_rights import governed_project
from functions.identity._project_states import CHANGE_STATE, become
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted


class SuspendProject(Request):
    """Suspends a project: nothing is made or started in it, and what runs is stopped within minutes."""

    id: Uuid = Field(description="The project")


@operation(
    SuspendProject, roles=EVERYONE, answers=ProjectResponse, object_name="project", asynchronous=True,
    grants=CHANGE_STATE, event="PROJECT.SUSPEND",
)  # fmt: skip
def handler(request: SuspendProject, caller: Caller) -> Accepted:
    """Being suspended already is success. The stops are started by functions/compute/actions/stop_suspended.py."""
    project = governed_project(caller, request.id)
    return become(caller, project, "Suspended", command="suspendProject", event="PROJECT.SUSPEND")
