"""Taking somebody out of a project."""

from __future__ import annotations

from collections.abc import Iterable

from functions.identity._project_events import tell_of
from functions.identity._project_rights import require_open
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import Accepted
from javelin.data.members import leave
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from javelin.data.records.project_member import ADMIN, ProjectMember
from javelin.data.records.user import User
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


def memberships(account: Account | None, users: Iterable[User]) -> list[ProjectMember]:
    """How an account, and users alone, are in projects."""
    ids = [ProjectMember.id_of(project, account.id) for project in account.project_ids or ()] if account else []
    ids += [
        ProjectMember.id_of(project, user.account_id, user.id) for user in users for project in user.project_ids or ()
    ]
    return ProjectMember.load_all(sorted(ids))


def refuse_last_administrator(members: list[ProjectMember], who: str) -> None:
    """Raise InvalidParameter if a project would have no administrator left without these members."""
    governing = [member for member in members if member.role == ADMIN]
    for project in Project.load_all(member.account_id for member in governing):
        if project.admin_ids and project.admin_ids <= {one.who for one in governing if one.account_id == project.id}:
            raise InvalidParameter(
                f"{who} is the last administrator of project {project.name}; make somebody else one by updateProject, or"
                " delete the project by deleteProject."
            )


def leave_all(members: Iterable[ProjectMember]) -> None:
    """Have members be in their projects no more. Raises InvalidParameter for the last administrator of one."""
    for member in members:
        transaction = Transaction()
        leave(transaction, Project.require(member.account_id), member)
        transaction.commit()
