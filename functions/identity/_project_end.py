"""The end of a project: who is in it, its invitations and roles, then itself with its account and names."""

from __future__ import annotations

from functions.identity._invitations import withdraw_all
from functions.identity._leaving import CAME, HAS_NOTHING, forget_elsewhere, forget_tags, remember
from javelin.contract.grants import Grant
from javelin.data import limits, members, tags
from javelin.data.counters import RESOURCES
from javelin.data.indexes import looked_up
from javelin.data.record import When
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.former_account import FormerAccount
from javelin.data.records.job import Job
from javelin.data.records.project import Project
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.project_member import ADMIN, ProjectMember
from javelin.data.records.project_role import ProjectRole
from javelin.data.records.tag import Tag
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.flow import jobs

END: tuple[Grant, ...] = (
    *members.CHANGE_MEMBERS, *limits.COUNT, ProjectInvitation.write, Claim.write, Domain.write, Tag.write,
    FormerAccount.write,
)  # fmt: skip
MOST = 50  # of a kind, in one pass


def empty(project: Project) -> int:
    """Take some people out of a closed project, and forget its invitations and roles; answers how much is left.

    Its administrators, who may call again if this breaks off, go last.
    """
    invitations = looked_up(ProjectInvitation, [project.id], None)
    withdraw_all(invitations[:MOST])
    return (
        len(invitations[MOST:])
        or _take_out(looked_up(ProjectMember, [project.id], ProjectMember.role != ADMIN))
        or _forget_roles(looked_up(ProjectRole, [project.id], None))
        or _take_out(looked_up(ProjectMember, [project.id], None))
    )


def end_project(job: Job, project: Project, account: Account) -> int:
    """Delete the project with its account and end the job; answers 1 if something came to it meanwhile."""
    if forget_elsewhere(account) or any(account.used(resource) for resource in RESOURCES):
        return 1
    transaction = Transaction()
    as_counted: When = Project.id.exists()
    if project.counted_for is not None:
        as_counted = (Project.counted_for == project.counted_for) & limits.in_place(project)
        limits.give_back(transaction, Account(project.counted_for, domain_path=project.domain_path), project=1)
    transaction.delete(Project(project.id), as_counted, CAME)
    transaction.delete(account, HAS_NOTHING, CAME)
    remember(transaction, account)
    forget_tags(transaction, account)
    tags.forget(transaction, project)
    transaction.release(Project.claim_name(project.domain_id, project.name))
    transaction.release(Account.claim_name(account.domain_id, account.name))
    transaction.update(Domain(project.domain_id), [Domain.accounts.add(-1)])
    jobs.succeed(job, transaction, None, None, "PROJECT.DELETE", f"Deleted project {project.name}")
    return 0


def _take_out(ids: list[str]) -> int:
    for member in ProjectMember.load_all(ids[:MOST]):
        transaction = Transaction()
        transaction.delete(ProjectMember(member.id))
        if (User.find(member.user_id) if member.user_id else Account.find(member.member_id)) is not None:
            members.drop(transaction, member)
        transaction.commit()
    return len(ids[MOST:])


def _forget_roles(ids: list[str]) -> int:
    for role in ProjectRole.load_all(ids[:MOST]):
        transaction = Transaction()
        transaction.delete(ProjectRole(role.id))
        transaction.release(ProjectRole.claim_name(role.account_id, role.name))
        transaction.commit()
    return len(ids[MOST:])
