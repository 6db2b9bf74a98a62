"""deleteProject: leave nothing of a project."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from functions.identity._belongings import LOOK, first_held
from functions.identity._leaving import HAS_NOTHING
from functions.identity._project_rights import governed_project
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DeleteProject(Request):
    """Deletes a project with its members, roles and invitations; with cleanup also with all that it owns."""

    id: Uuid = Field(description="The project")
    cleanup: Flag = Field(False, description="Delete what the project owns too; virtual machines are expunged")


@operation(
    DeleteProject,
    roles=EVERYONE,
    grants=[Project.write, Account.write, *LOOK],
    flow="identity/delete_project",
    event="PROJECT.DELETE",
)
def handler(request: DeleteProject, caller: Caller) -> Accepted:
    """Nobody comes into it from here on, and nothing new is counted for it."""
    project = governed_project(caller, request.id)
    there = Account.id.exists()
    if not request.cleanup:
        there = there & HAS_NOTHING
        if found := first_held(project.id):
            raise _occupied(project, f"has at least one {found.noun}")
    transaction = Transaction()
    ending = [Project.state.set("Disabled"), Project.stopping.remove()]
    transaction.update(Project(project.id), ending, Project.id.exists(), Project.unknown(project.id))
    closing = [Account.state.set("disabled"), Account.closing.set(datetime.now(UTC))]
    transaction.update(Account(project.id), closing, there, _occupied(project, "has something that is counted"))
    return jobs.start(
        caller, transaction, command="deleteProject", flow="identity/delete_project", resource_type="Project",
        resource_id=project.id, event="PROJECT.DELETE", description=f"Deleting project {project.name}",
    )  # fmt: skip


def _occupied(project: Project, what: str) -> ResourceInUse:
    return ResourceInUse(
        f"Project {project.name} {what}; list by projectid what it owns and delete that first, or give cleanup=true."
    )
