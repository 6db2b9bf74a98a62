"""How projects are shown: with their administrators, what they have, and their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from functions.identity._figures import (
    OF_THINGS,
    Machines,
    TaggedResourceResponse,
    ThingsResponse,
    figures,
    machines_of,
)
from javelin.contract.parts import Parts
from javelin.contract.tags import TagResponse
from javelin.data.fetch import Fetched, fetch
from javelin.data.records.account import Account
from javelin.data.records.domain import name_of
from javelin.data.records.project import Project
from javelin.data.records.tag import show_tags
from javelin.data.records.user import User

Tagged = Mapping[str, list[TaggedResourceResponse]]
PARTS: Parts = {"resource": (*OF_THINGS, "vmrunning", "vmstopped")}


class ProjectResponse(ThingsResponse):
    """A project."""

    id: str = Field(description="The project's id")
    name: str = Field(description="The project's name")
    displaytext: str = Field(description="What people read about it")
    domainid: str = Field(description="The domain that it is in")
    domain: str = Field(description="That domain's name")
    owner: list[dict[str, str]] = Field(description="Its administrators: account, and user and userid for a user alone")
    projectaccountname: str = Field(description="The account that owns what is the project's")
    state: str = Field(description="Active, Suspended, or Disabled while it is deleted")
    created: datetime = Field(description="When it was made")
    vmrunning: int | None = Field(None, description="Virtual machines that run, where at most eight projects are shown")
    vmstopped: int | None = Field(None, description="Virtual machines that are stopped, where so few are shown")
    tags: list[TagResponse] = Field(description="Its tags")


def show_projects(
    projects: Sequence[Project], *, counted: bool = True, tagged: Tagged | None = None
) -> list[ProjectResponse]:
    """Projects with their administrators and accounts, which one more batch of reads brings, and what is `tagged`, by id."""
    admins = [one.split("/") for project in projects for one in sorted(project.admin_ids or ())]
    found = fetch(
        [
            *((Account, project.id) for project in projects), *((Account, one[0]) for one in admins),
            *((User, one[1]) for one in admins if len(one) > 1),
        ]
    )  # fmt: skip
    accounts = found.all(Account, [project.id for project in projects])
    machines = machines_of(accounts) if counted else {}
    return [
        _show(project, found.find(Account, project.id), _owners(project, found), machines.get(project.id), tagged)
        for project in projects
    ]


def show_project(project: Project) -> ProjectResponse:
    """One project."""
    return show_projects([project])[0]


def show_new(project: Project, own: Account, account: Account, user: User | None) -> ProjectResponse:
    """A project that is being made, with its own account and who governs it."""
    return _show(project, own, [_owner(account, user)], None, None)


def _show(
    project: Project,
    own: Account | None,
    owners: list[dict[str, str]],
    machines: Machines | None,
    tagged: Tagged | None,
) -> ProjectResponse:
    shown = {name: value for name, value in figures(own).items() if name in OF_THINGS}
    return ProjectResponse(
        id=project.id, name=project.name, displaytext=project.display_text, domainid=project.domain_id,
        domain=name_of(project.domain_path), owner=owners, projectaccountname=project.account, state=project.state,
        created=project.created, vmrunning=machines.running if machines else None,
        vmstopped=machines.stopped if machines else None, tags=show_tags(project, "Project"),
        taggedresources=(tagged or {}).get(project.id), **shown,
    )  # fmt: skip


def _owners(project: Project, found: Fetched) -> list[dict[str, str]]:
    named = [one.partition("/") for one in sorted(project.admin_ids or ())]
    shown = [_owner(found.find(Account, account), found.find(User, user)) for account, _, user in named]
    return [one for one in shown if one]


def _owner(account: Account | None, user: User | None) -> dict[str, str]:
    shown = {"account": account.name} if account else {}
    return shown | ({"user": user.username, "userid": user.id} if user else {})
