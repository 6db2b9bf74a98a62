"""Invitations into projects: found by who may answer them, and answered once."""

from __future__ import annotations

import time
from collections.abc import Iterable

from pydantic import Field

from functions.identity._project_joining import digest
from javelin.contract.errors import ConcurrentOperation, InvalidParameter
from javelin.contract.responses import Response
from javelin.contract.secret import Secret
from javelin.data.fetch import Fetched
from javelin.data.members import Standing, join, let_go
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.project import Project, project_name
from javelin.data.records.project_invitation import PENDING, ProjectInvitation
from javelin.data.records.project_member import ProjectMember
from javelin.data.records.user import User
from javelin.data.transaction import Transaction


class ProjectInvitationResponse(Response):
    """An invitation into a project."""

    id: str = Field(description="The invitation's id")
    projectid: str = Field(description="The project")
    project: str = Field(description="The project's name")
    domainid: str = Field(description="The project's domain")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    account: str | None = Field(None, description="The account that is invited")
    userid: str | None = Field(None, description="The user that is invited alone")
    email: str | None = Field(None, description="Where the inviter sent the token")
    state: str = Field(description="Pending, Completed, Declined or Expired")


def show(invitation: ProjectInvitation, known: Fetched) -> ProjectInvitationResponse:
    """An invitation; `known` has the account."""
    account: Account | None = known.find(Account, invitation.member_id)
    return ProjectInvitationResponse(
        id=invitation.id, domainid=invitation.domain_id, domain=name_of(invitation.domain_path),
        domainpath=shown_path(invitation.domain_path), account=account.name if account else None,
        project=project_name(invitation.account), projectid=invitation.account_id,
        userid=invitation.user_id, email=invitation.email, state=invitation.shown_state,
    )  # fmt: skip


def pending(project_id: str, account: Account, user: User | None, token: Secret | None) -> ProjectInvitation:
    """The invitation that an account, or a user alone, may answer. Raises InvalidParameter, whatever is wrong with it."""
    keys = [row.id for row in ProjectInvitation.by_member.query(account.id, ProjectInvitation.account_id == project_id)]
    if token is not None:
        keys = [Claim.owner_of(ProjectInvitation.claim_name(project_id, digest(token))) or "-"]
    for one in ProjectInvitation.load_all(keys):
        whose = one.member_id in (None, account.id) and one.user_id in (None, user.id if user else None)
        if whose and one.account_id == project_id and one.shown_state == PENDING:
            return one
    raise InvalidParameter(
        f"Unable to find an invitation into project {project_id} that can be answered; listProjectInvitations shows yours."
    )


def accept(invitation: ProjectInvitation, project: Project, account: Account, user: User | None) -> None:
    """Have the account, or the user alone, be in the project. Being in it already only uses the invitation up."""
    alone = user if invitation.user_id else None
    if account.domain_id != project.domain_id:
        raise InvalidParameter(
            f"Project {project.name} takes accounts of its own domain only; ask for another invitation."
        )
    standing = Standing(invitation.role, invitation.role_id)
    transaction = Transaction()
    answer(transaction, invitation, "Completed")
    if ProjectMember.find(ProjectMember.id_of(project.id, account.id, alone.id if alone else None)) is None:
        join(transaction, project, account, alone, standing, counted=True)
    elif invitation.role_id is not None:
        let_go(transaction, invitation.role_id)
    transaction.commit()


def decline(invitation: ProjectInvitation) -> None:
    """Use the invitation up, without more."""
    transaction = Transaction()
    answer(transaction, invitation, "Declined")
    if invitation.role_id is not None:
        let_go(transaction, invitation.role_id)
    transaction.commit()


def answer(transaction: Transaction, invitation: ProjectInvitation, state: str) -> None:
    """Use the invitation and its token up, if nobody has done so and it is not too late."""
    late = InvalidParameter("The invitation was answered or has expired meanwhile; ask for another one.")
    still = (ProjectInvitation.state == PENDING) & (ProjectInvitation.until > int(time.time()))
    transaction.update(ProjectInvitation(invitation.id), [ProjectInvitation.state.set(state)], still, late)
    transaction.release(ProjectInvitation.claim_name(invitation.account_id, invitation.digest))


def withdraw(transaction: Transaction, invitation: ProjectInvitation) -> None:
    """Forget the invitation; its token is good for nothing then. The transaction fails if it was answered meanwhile."""
    same = ProjectInvitation.state == invitation.state
    answered = ConcurrentOperation("The invitation was answered at the same time; look again and repeat.")
    transaction.delete(ProjectInvitation(invitation.id), same, answered)
    if invitation.state == PENDING:
        transaction.release(ProjectInvitation.claim_name(invitation.account_id, invitation.digest))
        if invitation.role_id is not None:
            let_go(transaction, invitation.role_id)


def withdraw_all(ids: Iterable[str]) -> None:
    """Forget invitations."""
    for invitation in ProjectInvitation.load_all(ids):
        transaction = Transaction()
        withdraw(transaction, invitation)
        transaction.commit()


def invitations_of(account_id: str, user_id: str | None = None) -> list[str]:
    """Those of an account, or only those of one of its users alone."""
    ids = [row.id for row in ProjectInvitation.by_member.query(account_id)]
    return ids if user_id is None else [one.id for one in ProjectInvitation.load_all(ids) if one.user_id == user_id]
