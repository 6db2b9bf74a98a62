"""Project roles: ordered rules that take calls in a project from those who are in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from javelin.data.records.account import Account
from javelin.data.records.project_role import ProjectRole
from javelin.discovery import clients
from tests.cloud import Refused
from tests.unit.furnished.ready import Functions
from tests.unit.identity.conftest import Crew
from tests.unit.identity.test_owned_by_projects import KEY

ABSENT = "00000000-0000-7000-8000-0000000000ff"


class Guests:
    """A role of the project, and its rules."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        made = crew.call("createProjectRole", "ada", projectid=crew.id, name="guests", description="May look")
        self.id: str = made["projectrole"]["id"]

    def rule(self, rule: str, permission: str) -> str:
        """One more rule."""
        made = self.crew.call(
            "createProjectRolePermission", "ada", projectid=self.crew.id, projectroleid=self.id, rule=rule,
            permission=permission, description="why",
        )["projectrolepermission"]  # fmt: skip
        return str(made["id"])

    def rules(self) -> list[tuple[str, str]]:
        """The rules in their order."""
        rows = self.crew.call("listProjectRolePermissions", "ada", projectid=self.crew.id, projectroleid=self.id)
        return [(row["rule"], row["permission"]) for row in rows.get("projectrolepermission", [])]

    def in_project(self, name: str, command: str) -> bool:
        """Whether somebody may make a call in the project."""
        return self.crew.id in self.crew.caller(name, command).project_accounts


@pytest.fixture
def guests(crew: Crew) -> Guests:
    return Guests(crew)


def test_the_first_rule_that_fits_decides(crew: Crew, guests: Guests) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", projectroleid=guests.id)
    assert guests.in_project("bob", "deployVirtualMachine"), "what no rule fits is allowed"
    guests.rule("list*", "allow")
    last = guests.rule("*", "DENY")
    assert guests.rules() == [("list*", "allow"), ("*", "deny")]
    assert [guests.in_project("bob", one) for one in ("listVirtualMachines", "deployVirtualMachine")] == [True, False]
    assert guests.in_project("ada", "deployVirtualMachine"), "its administrators do not have it"
    keys = {row["rule"]: row["id"] for row in crew.call(
        "listProjectRolePermissions", "bob", projectid=crew.id)["projectrolepermission"]}  # fmt: skip
    crew.call("updateProjectRolePermission", "ada", projectid=crew.id, projectroleid=guests.id,
              ruleorder=f"{last},{keys['list*']}")  # fmt: skip
    assert not guests.in_project("bob", "listVirtualMachines")
    crew.call("updateProjectRolePermission", "ada", projectid=crew.id, projectroleid=guests.id,
              projectrolepermissionid=last, permission="allow")  # fmt: skip
    assert guests.rules() == [("*", "allow"), ("list*", "allow")]
    assert guests.in_project("bob", "deployVirtualMachine")
    crew.call("deleteProjectRolePermission", "ada", projectid=crew.id, id=last)
    assert guests.rules() == [("list*", "allow")]


def test_what_a_denied_list_would_show_is_not_compared_either(
    crew: Crew, guests: Guests, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, running = clients.client, Functions()
    monkeypatch.setattr("javelin.messaging.services.client", lambda name: running if name == "lambda" else inner(name))
    pair = crew.call("registerSSHKeyPair", "ada", name="ours", publickey=KEY, projectid=crew.id)["keypair"]
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", projectroleid=guests.id)
    asked = {"resourcetype": "SSHKeyPair", "resourceid": pair["id"], "startdate": datetime.now(UTC).date().isoformat()}
    assert crew.call("diffResource", "bob", **asked)["resourcediff"]["existsafter"] is True
    guests.rule("list*", "deny")
    with pytest.raises(Refused, match="at either time"):
        crew.call("diffResource", "bob", **asked)
    assert crew.call("diffResource", "ada", **asked)["resourcediff"]["existsafter"] is True


def test_a_denied_list_shows_nothing_of_the_project(crew: Crew, guests: Guests) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", projectroleid=guests.id)
    guests.rule("listProjects", "deny")
    assert not crew.sees("bob")
    crew.do("addUserToProject", "ada", projectid=crew.id, username="bob")
    assert crew.sees("bob"), "the user alone is in it without a role"


def test_who_becomes_an_administrator_loses_the_role(crew: Crew, guests: Guests) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", projectroleid=guests.id)
    with pytest.raises(Refused, match="have role guests") as refused:
        crew.call("deleteProjectRole", "ada", projectid=crew.id, id=guests.id)
    assert refused.value.code == 536
    assert [row["account"] for row in crew.call(
        "listProjectAccounts", "ada", projectid=crew.id, projectroleid=guests.id)["projectaccount"]] == ["bob"]  # fmt: skip
    crew.do("updateProject", "ada", id=crew.id, account="bob", swapowner="false", roletype="Admin")
    assert Account.require(crew.people["bob"].account_id).project_roles is None
    assert int(ProjectRole.require(guests.id).holders) == 0
    assert crew.call("deleteProjectRole", "ada", projectid=crew.id, id=guests.id) == {"success": True}
    assert crew.call("listProjectRoles", "ada", projectid=crew.id) == {}
    assert crew.call("createProjectRole", "ada", projectid=crew.id, name="Guests")["projectrole"]["name"] == "Guests"


def test_who_leaves_gives_the_role_back(crew: Crew, guests: Guests) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", projectroleid=guests.id)
    crew.do("deleteAccountFromProject", "ada", projectid=crew.id, account="bob")
    account = Account.require(crew.people["bob"].account_id)
    assert (account.project_ids, account.project_roles, int(ProjectRole.require(guests.id).holders)) == (None, None, 0)


def test_a_role_is_listed_and_renamed(crew: Crew, guests: Guests) -> None:
    (shown,) = crew.call("listProjectRoles", "ada", projectid=crew.id, projectroleid=guests.id, name="guests")[
        "projectrole"
    ]
    assert (shown["name"], shown["description"], shown["projectid"]) == ("guests", "May look", crew.id)
    crew.call("createProjectRole", "ada", projectid=crew.id, name="others")
    with pytest.raises(Refused, match="role OTHERS already"):
        crew.call("updateProjectRole", "ada", projectid=crew.id, id=guests.id, name="OTHERS")
    for name in ("Guests", "visitors"):
        changed = crew.call("updateProjectRole", "ada", projectid=crew.id, id=guests.id, name=name, description="x")
        assert (changed["projectrole"]["name"], changed["projectrole"]["description"]) == (name, "x")
    assert crew.call("listProjectRoles", "ada", projectid=crew.id, keyword="visit")["count"] == 1
    assert crew.call("createProjectRole", "ada", projectid=crew.id, name="guests")["projectrole"]["name"] == "guests"


RULE: dict[str, Any] = {"rule": "list*", "permission": "allow"}


@pytest.mark.parametrize(("command", "given", "says"), [
    ("createProjectRole", {"name": "GUESTS"}, "role GUESTS already"), ("createProjectRole", {"name": "a/b"}, "slash"),
    ("createProjectRolePermission", {"projectroleid": "own", **RULE, "permission": "maybe"}, "neither"),
    ("createProjectRolePermission", {"projectroleid": "own", **RULE, "rule": "list Virtual"}, "name of a command"),
    ("createProjectRolePermission", {"projectroleid": "own", **RULE, "rule": "LISTPROJECTS"}, "already"),
    ("createProjectRolePermission", {"projectroleid": ABSENT, **RULE}, "Unable to find project role"),
    ("updateProjectRolePermission", {"projectroleid": "own"}, "either"),
    ("updateProjectRolePermission", {"projectroleid": "own", "permission": "allow"}, "either"),
    ("updateProjectRolePermission", {"projectroleid": "own", "ruleorder": ABSENT, "permission": "allow"}, "either"),
    ("updateProjectRolePermission", {"projectroleid": "own", "ruleorder": ABSENT}, "every rule"),
    ("updateProjectRolePermission", {"projectroleid": "own", "permission": "deny", "projectrolepermissionid": ABSENT},
     "Unable"),
    ("deleteProjectRolePermission", {"id": ABSENT}, "Unable to find rule"), ("deleteProjectRole", {"id": ABSENT}, "Unable"),
    ("updateProjectRole", {"id": ABSENT, "name": "x"}, "Unable to find project role"),
    ("addAccountToProject", {"account": "bob", "roletype": "Admin", "projectroleid": "own"}, "leave projectroleid out"),
])  # fmt: skip
def test_what_cannot_be_leaves_the_roles_as_they_are(
    crew: Crew, guests: Guests, command: str, given: dict[str, str], says: str
) -> None:
    guests.rule("listProjects", "allow")
    asked = {name: guests.id if value == "own" else value for name, value in given.items()}
    with pytest.raises(Refused, match=says):
        crew.call(command, "ada", projectid=crew.id, **asked)
    assert guests.rules() == [("listProjects", "allow")]
    assert crew.call("listProjectRoles", "ada", projectid=crew.id)["count"] == 1


def test_roles_of_other_projects_are_as_if_absent(crew: Crew, guests: Guests) -> None:
    other = crew.do("createProject", "bob", name="other")["project"]["id"]
    asked = {"projectid": other, "projectroleid": guests.id}
    for command, given in (("createProjectRolePermission", asked | RULE), ("listProjectRolePermissions", asked),
                           ("deleteProjectRole", {"projectid": other, "id": guests.id}),
                           ("createProjectRole", {"projectid": crew.id, "name": "x"})):  # fmt: skip
        with pytest.raises(Refused, match="Unable to find") as refused:
            crew.call(command, "bob", **given)
        assert refused.value.code == 431
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="cyd")
    with pytest.raises(Refused, match="Only administrators"):
        crew.call("createProjectRole", "cyd", projectid=crew.id, name="x")
