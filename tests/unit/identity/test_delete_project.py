"""deleteProject: who may, what keeps it, and that nothing of it is left."""

from __future__ import annotations

from typing import Any

import pytest

from functions.identity import _project_end
from functions.identity._project_end import empty, end_project
from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.job import Job
from javelin.data.records.project import Project
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.project_member import ProjectMember
from javelin.data.records.project_role import ProjectRole
from javelin.data.records.quota import Quota
from javelin.data.records.tag import Tag
from tests.cloud import Refused
from tests.unit.identity.conftest import Crew
from tests.unit.site import open_flows

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZ1cm5pc2hlZCBjbG91ZCBzYW1wbGUga2V5IGJ5dGVz"


@pytest.fixture
def closed(crew: Crew) -> Job:
    """A project with everything that only projects have, at which the job is that deletes it."""
    open_flows("identity/delete_project")
    role = crew.call("createProjectRole", "ada", projectid=crew.id, name="guests")["projectrole"]["id"]
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", projectroleid=role)
    crew.do("addUserToProject", "ada", projectid=crew.id, username="cyd", roletype="Admin")
    tag = {"resourcetype": "Project", "resourceids": crew.id, "tags[0].key": "moon", "tags[0].value": "1"}
    crew.do("createTags", "ada", **tag)
    settings.change(settings.INVITATIONS, "true")
    crew.call("addAccountToProject", "ada", projectid=crew.id, email="a@b.example", projectroleid=role)
    return Job.require(crew.call("deleteProject", "ada", id=crew.id)["jobid"])


def test_it_is_closed_at_once(crew: Crew, closed: Job) -> None:
    assert (closed.flow, closed.resource_id, closed.ended) == ("identity/delete_project", crew.id, False)
    assert (Project.require(crew.id).state, Account.require(crew.id).state) == ("Disabled", "disabled")
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("createProjectRole", {"projectid": crew.id, "name": "late"}),
        ("addAccountToProject", {"projectid": crew.id, "email": "late@b.example"}),
        ("activateProject", {"id": crew.id}),
        ("registerSSHKeyPair", {"projectid": crew.id, "name": "late", "publickey": KEY}),
        ("deleteProject", {"id": crew.id}),
    ]
    for command, asked in wishes:
        with pytest.raises(Refused, match=r"being deleted|Another job is at work"):
            crew.call(command, "ada", **asked)
    assert len([*ProjectRole.scan()]) == 1


def test_nothing_of_it_is_left_and_its_name_is_free(crew: Crew, closed: Job) -> None:
    project = Project.require(crew.id)
    assert empty(project) == 0
    assert crew.people["ada"].account_id not in {one.member_id for one in ProjectMember.scan()}
    assert end_project(closed, project, Account.require(crew.id)) == 0
    for model in (Project, ProjectMember, ProjectRole, ProjectInvitation, Tag):
        assert [*model.scan()] == []
    bob = Account.require(crew.people["bob"].account_id)
    assert (bob.project_ids, bob.project_roles, Account.find(crew.id)) == (None, None, None)
    ada = Account.require(crew.people["ada"].account_id)
    assert (ada.project_ids, int(ada.used_project), int(Quota.of("/home/").used_project)) == (None, 0, 0)
    assert int(Domain.require(crew.home).accounts) == 3
    assert [one.name for one in Claim.scan() if "crew" in one.name or crew.id in one.name] == []
    assert Job.require(closed.id).result == {"success": True}
    assert crew.do("createProject", "bob", name="crew")["project"]["owner"] == [{"account": "bob"}]


def test_its_administrators_go_last(crew: Crew, closed: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_project_end, "MOST", 1)
    project, seen = Project.require(crew.id), []
    while empty(project):
        seen.append({one.role for one in ProjectMember.scan()})
    assert seen == [{"Admin"}]
    assert [*ProjectMember.scan()] == []


def test_what_has_something_in_it_stays_whole_without_cleanup(crew: Crew) -> None:
    open_flows("identity/delete_project")
    crew.call("registerSSHKeyPair", "ada", name="key", publickey=KEY, projectid=crew.id)
    with pytest.raises(Refused, match="has at least one SSH key pair; list by projectid") as refused:
        crew.call("deleteProject", "ada", id=crew.id)
    assert refused.value.code == 536
    crew.call("deleteSSHKeyPair", "ada", name="key", projectid=crew.id)
    Account.require(crew.id).change(Account.used_network.set(1))
    with pytest.raises(Refused, match="has something that is counted"):
        crew.call("deleteProject", "ada", id=crew.id)
    assert (Project.require(crew.id).state, Account.require(crew.id).state) == ("Active", "enabled")
    assert crew.members() == {"ada": "Admin"}
    job = Job.require(crew.call("deleteProject", "ada", id=crew.id, cleanup="true")["jobid"])
    assert (job.ended, end_project(job, Project.require(crew.id), Account.require(crew.id))) == (False, 1)


def test_members_and_strangers_delete_nothing(crew: Crew) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob")
    for name, code in (("bob", 531), ("cyd", 431)):
        with pytest.raises(Refused) as refused:
            crew.call("deleteProject", name, id=crew.id)
        assert refused.value.code == code
    assert (Project.require(crew.id).state, crew.members()) == ("Active", {"ada": "Admin", "bob": "Regular"})
