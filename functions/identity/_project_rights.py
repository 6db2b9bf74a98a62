"""Who may do what to a project: its administrators and those of its domain govern it, all members see it."""

from __future__ import annotations

from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole


def governs(caller: Caller, project: Project) -> bool:
    """Whether the caller is an administrator of the project or of its domain."""
    admins: set[str] = project.admin_ids or set()
    mine = {caller.account_id, f"{caller.account_id}/{caller.user_id}"}
    return caller.sees_domain(project.domain_path) or (project.id in caller.project_accounts and bool(mine & admins))


def governed_project(caller: Caller, project_id: str) -> Project:
    """The project, if the caller governs it. Raises PermissionDenied for mere members."""
    project = Project.visible_to(caller, project_id)
    if not governs(caller, project):
        raise PermissionDenied(f"Only administrators of project {project.name} or of its domain may do this.")
    return project


def require_open(project: Project) -> None:
    """Raise InvalidParameter for a project that is being deleted."""
    if project.state == "Disabled":
        raise InvalidParameter(f"Project {project.name} is being deleted; nothing of it changes any more.")


def role_of(project: Project, role_id: str) -> ProjectRole:
    """A role of this project; those of others are as if absent."""
    role = ProjectRole.find(role_id)
    if role is None or role.account_id != project.id:
        raise ProjectRole.unknown(role_id)
    return role
