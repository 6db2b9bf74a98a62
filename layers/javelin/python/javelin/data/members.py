"""Who is in a project: written together on the project, on its list of members, and on the account or user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pynamodb.expressions.condition import Condition, size

from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceLimitExceeded
from javelin.contract.grants import Grant
from javelin.data import limits
from javelin.data.record import Change
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from javelin.data.records.project_member import ADMIN, REGULAR, ProjectMember
from javelin.data.records.project_role import ProjectRole
from javelin.data.records.user import User
from javelin.data.transaction import Transaction

MOST_MEMBERS = 500  # of a project
MOST_PROJECTS = 500  # of an account or user: the edge reads their ids with every call
CHANGE_MEMBERS: tuple[Grant, ...] = (
    Project.write, ProjectMember.write, ProjectRole.write, Account.write, User.write,
)  # fmt: skip
Changes = Sequence[Change]


@dataclass(frozen=True)
class Standing:
    """What somebody is in a project: Admin or Regular, and with which project role."""

    role: str = REGULAR
    role_id: str | None = None

    @classmethod
    def asked(cls, kind: str | None, role_id: str | None) -> Standing:
        """What a request wants. Raises InvalidParameter for an administrator with less than everything."""
        role = (kind or REGULAR).capitalize()
        if role not in (ADMIN, REGULAR):
            raise InvalidParameter(f"roletype is {ADMIN} or {REGULAR}; {kind} is neither.")
        if role == ADMIN and role_id is not None:
            raise InvalidParameter("Administrators of a project may do everything in it; leave projectroleid out.")
        return cls(role, role_id)


def join(
    transaction: Transaction, project: Project, account: Account, user: User | None, standing: Standing, *,
    counted: bool = False,
) -> None:  # fmt: skip
    """Have the account, or the user alone, be in a project that exists; `counted` says that its role counts it already."""
    member = member_for(project, account, user, standing)
    transaction.create(member, ConcurrentOperation("Somebody was added at the same time; look again and repeat."))
    model: Any = User if user else Account
    many = ResourceLimitExceeded(
        f"{account.name} is in {MOST_PROJECTS} projects, the most, or is being deleted; leave some first."
    )
    condition = model.id.exists() & room_of(model)
    if user is None:
        condition = condition & Account.closing.does_not_exist()
    transaction.update(model(user.id if user else account.id), notes(model, project, standing), condition, many)
    if standing.role_id is not None and not counted:
        hold(transaction, standing.role_id)
    actions = [Project.members.add(1)]
    if standing.role == ADMIN:
        actions.append(Project.admin_ids.add({member.who}))
    full = ResourceLimitExceeded(f"Project {project.name} has {MOST_MEMBERS} members, the most, or is being deleted.")
    room = (Project.members < MOST_MEMBERS) & (Project.state != "Disabled") & project.as_read
    transaction.update(Project(project.id), actions, Project.id.exists() & room, full)


def member_for(project: Project, account: Account, user: User | None, standing: Standing) -> ProjectMember:
    """What tells that somebody is in the project."""
    user_id = user.id if user else None
    return ProjectMember(
        ProjectMember.id_of(project.id, account.id, user_id), account_id=project.id, account=project.account,
        domain_id=project.domain_id, domain_path=project.domain_path, member_id=account.id, user_id=user_id,
        role=standing.role, role_id=standing.role_id,
    )  # fmt: skip


def leave(transaction: Transaction, project: Project, member: ProjectMember) -> None:
    """Have somebody be in the project no more. The transaction fails for its last administrator.

    Where the project is counted for the account that leaves, it is so for that of an administrator who stays.
    """
    transaction.delete(ProjectMember(member.id), _as_read(member), _changed())
    changes: list[Change] = [Project.members.add(-1)]
    if member.role == ADMIN:
        changes.append(Project.admin_ids.delete({member.who}))
    heir = _heir(project, member)
    if heir is not None:
        payer, after = Account.require(member.member_id), Account.require(heir.partition("/")[0])
        if member.user_id:
            drop(transaction, member)
        limits.hand_over(transaction, payer, after, () if member.user_id else _taken_off(member), project=1)
        same = (Project.counted_for == payer.id) & Project.admin_ids.contains(heir)
        transaction.update(Project(project.id), [*changes, Project.counted_for.set(after.id)], same, _changed())
    else:
        drop(transaction, member)
        if member.role == ADMIN:
            transaction.update(Project(project.id), changes, size(Project.admin_ids) > 1, _last(project))
        else:
            transaction.update(Project(project.id), changes, Project.id.exists())
    if member.role_id is not None:
        let_go(transaction, member.role_id)


def drop(transaction: Transaction, member: ProjectMember) -> None:
    """Take the project off the account or user, from whose next call on it is not there."""
    model: Any = User if member.user_id else Account
    transaction.update(model(member.user_id or member.member_id), _taken_off(member), model.id.exists())


def promote(
    transaction: Transaction, project: Project, member: ProjectMember, *, instead_of: ProjectMember | None = None,
    more: Changes = (),
) -> None:  # fmt: skip
    """Make a member an administrator, who may do everything; with `instead_of` in the place of the only one.

    `more` is what else changes of the project.
    """
    changes = [ProjectMember.role.set(ADMIN), ProjectMember.role_id.remove()]
    transaction.update(ProjectMember(member.id), changes, _as_read(member), _changed())
    if instead_of is None:
        transaction.update(Project(project.id), [Project.admin_ids.add({member.who}), *more], Project.id.exists())
    else:
        _regular(transaction, instead_of)
        heir = [Project.admin_ids.set({member.who}), *more]
        transaction.update(Project(project.id), heir, Project.admin_ids == {instead_of.who}, _changed())
    if member.role_id is not None:
        model: Any = User if member.user_id else Account
        taken = [model.project_roles.delete({f"{member.account_id}/{member.role_id}"})]
        transaction.update(model(member.user_id or member.member_id), taken, model.id.exists())
        let_go(transaction, member.role_id)


def demote(transaction: Transaction, project: Project, member: ProjectMember, more: Changes = ()) -> None:
    """Make an administrator a member as others. The transaction fails for the last one."""
    _regular(transaction, member)
    actions = [Project.admin_ids.delete({member.who}), *more]
    transaction.update(Project(project.id), actions, size(Project.admin_ids) > 1, _last(project))


def hold(transaction: Transaction, role_id: str) -> None:
    """Count one more who has a project role."""
    gone = ProjectRole.unknown(role_id)
    transaction.update(ProjectRole(role_id), [ProjectRole.holders.add(1)], ProjectRole.id.exists(), gone)


def let_go(transaction: Transaction, role_id: str) -> None:
    """Count one less."""
    transaction.update(ProjectRole(role_id), [ProjectRole.holders.add(-1)], ProjectRole.id.exists())


def notes(model: Any, project: Project, standing: Standing) -> list[Change]:
    """What is written on an account or user that comes into the project."""
    actions = [model.project_ids.add({project.id})]
    if standing.role_id is not None:
        actions.append(model.project_roles.add({f"{project.id}/{standing.role_id}"}))
    return actions


def room_of(model: Any) -> Condition:
    """Whether an account or user can come into one more project."""
    room: Condition = model.project_ids.does_not_exist() | (size(model.project_ids) < MOST_PROJECTS)
    return room


def _taken_off(member: ProjectMember) -> list[Change]:
    model: Any = User if member.user_id else Account
    actions = [model.project_ids.delete({member.account_id})]
    if member.role_id is not None:
        actions.append(model.project_roles.delete({f"{member.account_id}/{member.role_id}"}))
    return actions


def _heir(project: Project, member: ProjectMember) -> str | None:
    """For which of the administrators who stay the project is to be counted; None if nothing changes."""
    admins: set[str] = project.admin_ids or set()
    staying = sorted(admins - {member.who})
    own = [who for who in staying if who.partition("/")[0] == member.member_id]
    return staying[0] if staying and not own and project.counted_for == member.member_id else None


def _last(project: Project) -> InvalidParameter:
    return InvalidParameter(f"This is the last administrator of project {project.name}; make somebody else one first.")


def _regular(transaction: Transaction, member: ProjectMember) -> None:
    changes = [ProjectMember.role.set(REGULAR)]
    transaction.update(ProjectMember(member.id), changes, _as_read(member), _changed())


def _as_read(member: ProjectMember) -> Condition:
    same: Condition = ProjectMember.role == member.role
    held = ProjectMember.role_id
    as_held: Condition = held.does_not_exist() if member.role_id is None else held == member.role_id
    both: Condition = same & as_held
    return both


def _changed() -> ConcurrentOperation:
    return ConcurrentOperation("Who is in the project changed meanwhile; look again and repeat.")
