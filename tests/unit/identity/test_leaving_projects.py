"""Accounts and users that are deleted while they are in projects, and what projects they made count for."""

from __future__ import annotations

import pytest

from functions.identity import _leaving
from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.quota import Quota
from javelin.data.records.user import User
from tests.cloud import Refused
from tests.unit.identity.conftest import Crew
from tests.unit.site import open_flows


def used(crew: Crew) -> dict[str, int]:
    """For how many projects each account, and the domain, counts."""
    found = {name: int(Account.require(caller.account_id).used_project) for name, caller in crew.people.items()}
    return {name: count for name, count in found.items() if count} | {"home": int(Quota.of("/home/").used_project)}


def test_the_last_administrator_is_not_deleted(crew: Crew) -> None:
    ada = crew.people["ada"]
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob")
    with pytest.raises(Refused, match="is the last administrator of project crew; make somebody else one") as refused:
        crew.call("deleteAccount", "root", id=ada.account_id)
    assert (refused.value.code, Account.require(ada.account_id).state) == (431, "enabled")
    crew.do("addUserToProject", "ada", projectid=crew.id, username="cyd", roletype="Admin")
    crew.do("updateProject", "ada", id=crew.id, account="ada", roletype="Regular", swapowner="false")
    with pytest.raises(Refused, match="User cyd is the last administrator") as refused:
        crew.call("deleteUser", "root", id=crew.people["cyd"].user_id)
    assert (refused.value.code, crew.members()) == (431, {"ada": "Regular", "bob": "Regular", "cyd": "Admin"})


def test_a_deleted_account_leaves_its_projects_whose_count_another_takes(crew: Crew) -> None:
    open_flows("identity/delete_account")
    ada = Account.require(crew.people["ada"].account_id)
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", roletype="Admin")
    crew.do("addUserToProject", "ada", projectid=crew.id, username="ada")
    assert used(crew) == {"ada": 1, "home": 1}
    crew.call("deleteAccount", "root", id=ada.id)
    assert _leaving.leave_projects(Account.require(ada.id)) == 0
    assert (crew.members(), used(crew)) == ({"bob": "Admin"}, {"bob": 1, "home": 1})
    assert Project.require(crew.id).counted_for == crew.people["bob"].account_id


def test_who_made_a_project_and_leaves_it_hands_the_count_on_within_limits(crew: Crew) -> None:
    bob = {"account": "bob", "domainid": crew.home}
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", roletype="Admin")
    crew.call("updateResourceLimit", "root", resourcetype="5", max="0", **bob)
    with pytest.raises(Refused, match="would count for account bob, whose limits do not allow it") as refused:
        crew.call("deleteAccountFromProject", "ada", projectid=crew.id, account="ada")
    assert (refused.value.code, used(crew), len(crew.members())) == (535, {"ada": 1, "home": 1}, 2)
    crew.call("updateResourceLimit", "root", resourcetype="5", max="1", **bob)
    crew.do("deleteAccountFromProject", "ada", projectid=crew.id, account="ada")
    assert (used(crew), crew.members()) == ({"bob": 1, "home": 1}, {"bob": "Admin"})
    limited = Account.require(crew.people["bob"].account_id)
    assert (int(limited.over_project), limited.project_ids) == (0, {crew.id})


def test_the_count_stays_where_the_account_does(crew: Crew) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", roletype="Admin")
    crew.do("addUserToProject", "ada", projectid=crew.id, username="ada", roletype="Admin")
    crew.do("deleteAccountFromProject", "ada", projectid=crew.id, account="ada")
    assert used(crew) == {"ada": 1, "home": 1}
    crew.do("deleteUserFromProject", "bob", projectid=crew.id, userid=crew.people["ada"].user_id)
    assert used(crew) == {"bob": 1, "home": 1}


def test_a_deleted_user_is_in_no_project_and_invited_into_none(crew: Crew) -> None:
    cyd = crew.people["cyd"]
    role = crew.call("createProjectRole", "ada", projectid=crew.id, name="guests")["projectrole"]["id"]
    crew.do("addUserToProject", "ada", projectid=crew.id, username="cyd", projectroleid=role)
    settings.change(settings.INVITATIONS, "true")
    other = crew.do("createProject", "bob", name="other")["project"]["id"]
    crew.call("addUserToProject", "bob", projectid=other, username="cyd")
    crew.call("addAccountToProject", "bob", projectid=other, account="cyd")
    assert crew.call("deleteUser", "root", id=cyd.user_id) == {"success": True}
    assert (User.find(cyd.user_id), crew.members()) == (None, {"ada": "Admin"})
    assert [one.user_id for one in ProjectInvitation.scan()] == [None]
    assert crew.call("deleteProjectRole", "ada", projectid=crew.id, id=role) == {"success": True}
    assert int(Project.require(crew.id).members) == 1


def test_who_is_being_deleted_comes_into_no_project(crew: Crew) -> None:
    open_flows("identity/delete_account")
    crew.call("deleteAccount", "root", id=crew.people["cyd"].account_id)
    with pytest.raises(Refused, match="or is being deleted"):
        crew.call("addAccountToProject", "ada", projectid=crew.id, account="cyd")
    assert crew.members() == {"ada": "Admin"}
