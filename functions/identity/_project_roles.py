"""How project roles and their rules are shown and changed."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceLimitExceeded
from javelin.contract.responses import Response
from javelin.contract.rules import PATTERN
from javelin.data.records.project import Project
from javelin.data.records.project_role import MOST_RULES, ProjectRole
from javelin.data.transaction import Transaction

Row = dict[str, Any]
PERMISSIONS = ("allow", "deny")


class ProjectRoleResponse(Response):
    """A project role."""

    id: str = Field(description="The role's id")
    name: str = Field(description="The role's name")
    description: str = Field(description="What it is for")
    projectid: str = Field(description="Its project")
    ispublic: bool = Field(True, description="Whether every administrator of the project may give it")


class ProjectRolePermissionResponse(Response):
    """A rule of a project role."""

    id: str = Field(description="The rule's id")
    projectid: str = Field(description="The project")
    projectroleid: str = Field(description="The role")
    projectrolename: str = Field(description="The role's name")
    rule: str = Field(description="The commands that it fits: a name, in which * stands for anything")
    permission: str = Field(description="allow or deny")
    description: str | None = Field(None, description="What it is for")


def show_role(role: ProjectRole) -> ProjectRoleResponse:
    """A role."""
    return ProjectRoleResponse(id=role.id, name=role.name, description=role.description, projectid=role.account_id)


def show_rule(role: ProjectRole, row: Row) -> ProjectRolePermissionResponse:
    """A rule of a role."""
    return ProjectRolePermissionResponse(
        id=row["id"], projectid=role.account_id, projectroleid=role.id, projectrolename=role.name, rule=row["rule"],
        permission=row["permission"], description=row.get("description"),
    )  # fmt: skip


def permission_of(text: str) -> str:
    """allow or deny. Raises InvalidParameter."""
    if text.lower() not in PERMISSIONS:
        raise InvalidParameter(f"permission is allow or deny; {text} is neither.")
    return text.lower()


def rule_of(text: str) -> str:
    """A rule's pattern. Raises InvalidParameter for what is none."""
    if not PATTERN.fullmatch(text):
        raise InvalidParameter(
            "rule is the name of a command, in which * stands for anything: listVirtualMachines, list*."
        )
    return text


def keep_rules(role: ProjectRole, rows: list[Row]) -> None:
    """Write a role's rules, unless somebody else changed it meanwhile."""
    if len(rows) > MOST_RULES:
        raise ResourceLimitExceeded(f"A project role has at most {MOST_RULES} rules; use * in some, or delete others.")
    same = ProjectRole.rules == role.rules
    changed = ConcurrentOperation("The role or its rules changed meanwhile; look again and repeat.")
    transaction = Transaction()
    transaction.update(ProjectRole(role.id), [ProjectRole.rules.set(rows)], ProjectRole.id.exists() & same, changed)
    transaction.commit()


def owned_by(project: Project) -> dict[str, str]:
    """The attributes that say that something is the project's."""
    return {
        "account_id": project.id, "account": project.account, "domain_id": project.domain_id,
        "domain_path": project.domain_path,
    }  # fmt: skip
