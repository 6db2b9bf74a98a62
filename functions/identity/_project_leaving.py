"""Taking somebody out of a project."""

from __future__ import annotations

from functions.identity._project_events import tell_of
from functions.identity._project_rights import require_open
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import Accepted
from javelin.data.members import leave
from javelin.data.records.project import Project
from javelin.data.records.project_member import ProjectMember
from javelin.data.transaction import Transaction
from javelin.flow import jobs


def member_of(project: Project, account_id: str, user_id: str | None, who: str) -> ProjectMember:
    """How somebody is in the project. Raises InvalidParameter for who is not."""
    member = ProjectMember.find(ProjectMember.id_of(project.id, account_id, user_id))
    if member is None:
        raise InvalidParameter(f"{who} is not in project {project.name}; listProjectAccounts shows who is.")
    return member


def remove(caller: Caller, project: Project, member: ProjectMember, *, command: str, event: str) -> Accepted:
    """Take a member out of the project."""
    require_open(project)
    transaction = Transaction()
    leave(transaction, project, member)
    accepted = jobs.done(
        caller, transaction, command=command, result={"success": True}, resource_type="Project", resource_id=project.id
    )
    tell_of(caller, project, event, f"Somebody was taken out of project {project.name}")
    return accepted
