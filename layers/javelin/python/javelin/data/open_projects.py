"""The projects in which a caller may make a call: those that it is in, unless its project role there denies the call."""

from __future__ import annotations

from javelin.data.fetch import fetch
from javelin.data.records.account import Account
from javelin.data.records.project_role import ProjectRole
from javelin.data.records.user import User


def open_to(account: Account, user: User, command: str) -> frozenset[str]:
    """The ids of the projects. Roles are read only for those who have some; who is in twice may what either allows."""
    held = {member: _roles_of(member) for member in (account, user) if member.project_roles}
    roles = fetch([(ProjectRole, role) for given in held.values() for role in given.values()]) if held else None
    projects: set[str] = set()
    for member in (account, user):
        for project_id in member.project_ids or ():
            role_id = held.get(member, {}).get(project_id)
            role: ProjectRole | None = roles.find(ProjectRole, role_id) if roles else None
            if role_id is None or (role is not None and not role.denies(command)):
                projects.add(project_id)
    return frozenset(projects)


def _roles_of(member: Account | User) -> dict[str, str]:
    """The project role by project."""
    return {project: role for project, _, role in (one.partition("/") for one in member.project_roles or ())}
