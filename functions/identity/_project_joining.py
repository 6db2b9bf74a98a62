"""Adding somebody to a project: at once, or by an invitation where the cloud wants one."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Any

from functions.identity._project_events import tell_of
from functions.identity._project_rights import require_open, role_of
from javelin.contract.caller import Caller
from javelin.contract.errors import ConcurrentOperation, InvalidParameter
from javelin.contract.responses import Accepted, Bare
from javelin.contract.secret import Secret
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.members import Standing, hold, join
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.project_member import ProjectMember
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.flow import jobs

TOKEN_BYTES = 32


def standing_in(project: Project, kind: str | None, role_id: str | None) -> Standing:
    """What somebody is to be in the project. Raises InvalidParameter for a role of another one."""
    require_open(project)
    standing = Standing.asked(kind, role_id)
    if standing.role_id is not None:
        role_of(project, standing.role_id)
    return standing


def add(
    caller: Caller, project: Project, account: Account, user: User | None, standing: Standing, *, command: str,
    email: str | None,
) -> Accepted | Bare:  # fmt: skip
    """Have an account, or a user alone, be in the project, or invite it. Being in it already is success."""
    who = user.username if user else account.name
    if ProjectMember.find(ProjectMember.id_of(project.id, account.id, user.id if user else None)):
        return jobs.done(caller, Transaction(), command=command, result={"success": True})
    if settings.INVITATIONS.value():
        return invite(caller, project, standing, command=command, account=account, user=user, email=email)
    transaction = Transaction()
    join(transaction, project, account, user, standing)
    accepted = jobs.done(
        caller, transaction, command=command, result={"success": True}, resource_type="Project", resource_id=project.id
    )
    tell_of(caller, project, _event(user), f"{who} is in project {project.name} now")
    return accepted


def invite(
    caller: Caller, project: Project, standing: Standing, *, command: str, email: str | None,
    account: Account | None = None, user: User | None = None,
) -> Bare:  # fmt: skip
    """Ask somebody into the project. The token is in the answer, this once: it is for the inviter to pass on."""
    token = Secret(secrets.token_urlsafe(TOKEN_BYTES))
    invitation = ProjectInvitation(
        new_id(), account_id=project.id, account=project.account, domain_id=project.domain_id,
        domain_path=project.domain_path, member_id=account.id if account else None, user_id=user.id if user else None,
        email=email, role=standing.role, role_id=standing.role_id, digest=digest(token),
        until=int(time.time()) + settings.INVITATION_TIME.value() // 1000,
    )  # fmt: skip
    transaction = Transaction()
    transaction.create(invitation)
    twice = ConcurrentOperation("The same token was drawn twice; repeat the call.")
    transaction.claim(ProjectInvitation.claim_name(project.id, invitation.digest), invitation.id, twice)
    if standing.role_id is not None:
        hold(transaction, standing.role_id)
    open_ = InvalidParameter(f"Project {project.name} is being deleted, or changed just now; nobody is invited.")
    transaction.check(Project, project.id, (Project.state != "Disabled") & project.as_read, open_)
    accepted = jobs.done(
        caller, transaction, command=command, result={"success": True}, resource_type="ProjectInvitation",
        resource_id=invitation.id,
    )  # fmt: skip
    tell_of(caller, project, _event(user), f"Somebody was invited into project {project.name}")
    fields: dict[str, Any] = {"jobid": accepted.jobid, "id": invitation.id, "token": token}
    return Bare(fields)


def digest(token: Secret) -> str:
    """What is kept instead of a token."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()


def _event(user: User | None) -> str:
    return "PROJECT.USER.ADD" if user else "PROJECT.ACCOUNT.ADD"
