"""activateProject: a suspended project that takes new things again."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project import ProjectResponse
from functions.identity._project_rights import governed_project
from functions.identity._project_states import CHANGE_STATE, become
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted


class ActivateProject(Request):
    """Activates a suspended project. Its virtual machines stay stopped until somebody starts them."""

    id: Uuid = Field(description="The project")


@operation(
    ActivateProject, roles=EVERYONE, answers=ProjectResponse, object_name="project", asynchronous=True,
    response_name="activaterojectresponse", grants=CHANGE_STATE, event="PROJECT.ACTIVATE",
)  # fmt: skip
def handler(request: ActivateProject, caller: Caller) -> Accepted:
    """Being active already is success."""
    project = governed_project(caller, request.id)
    return become(caller, project, "Active", command="activateProject", event="PROJECT.ACTIVATE")
