"""Who is in a project: added, taken out, and from then on in or out at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from javelin.data import members
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from javelin.data.records.user import User
from tests.cloud import Refused
from tests.unit.identity.conftest import Crew, People


def test_an_account_is_in_and_out_with_its_next_call(crew: Crew) -> None:
    assert not crew.sees("bob")
    for _ in range(2):
        assert crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob") == {"success": True}
    assert crew.sees("bob")
    assert (crew.members(), int(Project.require(crew.id).members)) == ({"ada": "Admin", "bob": "Regular"}, 2)
    crew.do("deleteAccountFromProject", "ada", projectid=crew.id, account="bob")
    assert not crew.sees("bob")
    assert Account.require(crew.people["bob"].account_id).project_ids is None
    assert (crew.members(), int(Project.require(crew.id).members)) == ({"ada": "Admin"}, 1)
    with pytest.raises(Refused, match="is not in project"):
        crew.call("deleteAccountFromProject", "ada", projectid=crew.id, account="bob")


def test_a_user_is_in_without_its_account(crew: Crew, people: People) -> None:
    second = people.cloud.call(
        "createUser", account="bob", domainid=crew.home, username="ben", password="secret", email="b@b.example",
        firstname="B", lastname="B",
    )["user"]["id"]  # fmt: skip
    crew.people["ben"] = crew.people["bob"].model_copy(update={"user_id": second, "username": "ben"})
    crew.do("addUserToProject", "ada", projectid=crew.id, username="ben", roletype="Admin")
    assert (crew.sees("ben"), crew.sees("bob")) == (True, False)
    assert crew.members() == {"ada": "Admin", "ben": "Admin"}
    crew.do("deleteAccountFromProject", "ben", projectid=crew.id, account="ada")
    with pytest.raises(Refused, match="last administrator") as refused:
        crew.call("deleteUserFromProject", "ben", projectid=crew.id, userid=second)
    assert refused.value.code == 431
    assert (crew.sees("ben"), crew.sees("ada")) == (True, False)
    crew.do("addAccountToProject", "ben", projectid=crew.id, account="bob", roletype="admin")
    crew.do("deleteUserFromProject", "ben", projectid=crew.id, userid=second)
    assert User.require(second).project_ids is None
    assert crew.sees("ben"), "its account is in the project"


def test_the_list_tells_who_is_in(crew: Crew) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob")
    crew.do("addUserToProject", "ada", projectid=crew.id, username="cyd")

    def rows(name: str = "bob", **asked: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = crew.call("listProjectAccounts", name, projectid=crew.id, **asked).get(
            "projectaccount", []
        )
        return found

    assert [row["account"] for row in rows()] == ["ada", "bob", "cyd"]
    (cyd,) = rows(userid=crew.people["cyd"].user_id)
    assert (cyd["username"], cyd["userid"], cyd["role"]) == ("cyd", crew.people["cyd"].user_id, "Regular")
    assert [row["account"] for row in rows(role="Admin")] == [row["account"] for row in rows(keyword="AD")] == ["ada"]
    assert [row["account"] for row in rows(account="bob")] == ["bob"]
    assert rows(account="nobody") == rows(keyword="nothing") == []
    assert [len(row["user"]) for row in rows()] == [0, 1, 0], "the users of others are theirs"
    assert [len(row["user"]) for row in rows("root")] == [1, 1, 1]
    assert crew.call("listProjectAccounts", "bob", projectid=crew.id, page="2", pagesize="2")["count"] == 3


@pytest.mark.parametrize(("command", "given", "says"), [
    ("addAccountToProject", {"account": "nobody"}, "Unable to find account"), ("addAccountToProject", {}, "which account"),
    ("addAccountToProject", {"email": "a@b.example"}, "which account"),
    ("addUserToProject", {"username": "x"}, "Unable to find user"),
    ("addAccountToProject", {"account": "bob", "roletype": "Owner"}, "neither"),
    ("addAccountToProject", {"account": "bob", "projectroleid": "00000000-0000-7000-8000-0000000000ff"}, "project role"),
    ("deleteAccountFromProject", {"account": "ada"}, "last administrator"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nobody_comes_or_goes(
    crew: Crew, command: str, given: dict[str, str], says: str
) -> None:
    with pytest.raises(Refused, match=says) as refused:
        crew.call(command, "ada", projectid=crew.id, **given)
    assert refused.value.code == 431
    assert crew.members() == {"ada": "Admin"}


def test_mere_members_and_strangers_change_nobody(crew: Crew) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob")
    for name, code in (("bob", 531), ("cyd", 431)):
        for command in ("addAccountToProject", "deleteAccountFromProject"):
            with pytest.raises(Refused) as refused:
                crew.call(command, name, projectid=crew.id, account="bob")
            assert refused.value.code == code
    assert crew.members() == {"ada": "Admin", "bob": "Regular"}


def test_neither_projects_nor_accounts_take_more_than_they_can_hold(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "MOST_MEMBERS", 2)
    monkeypatch.setattr(members, "MOST_PROJECTS", 1)
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob")
    with pytest.raises(Refused, match="2 members") as refused:
        crew.call("addAccountToProject", "ada", projectid=crew.id, account="cyd")
    assert refused.value.code == 535
    with pytest.raises(Refused):
        crew.call("createProject", "bob", name="second")
    assert (crew.members(), crew.sees("cyd")) == ({"ada": "Admin", "bob": "Regular"}, False)


def test_two_administrators_who_leave_at_once_do_not_both_go(crew: Crew) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob", roletype="Admin")
    root = crew.cloud.root

    def leave(name: str) -> bool:
        try:
            crew.cloud.call("deleteAccountFromProject", root, projectid=crew.id, account=name)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        gone = list(pool.map(leave, ("ada", "bob")))
    left = crew.members()
    assert sum(gone) == 1
    assert (list(left.values()), int(Project.require(crew.id).members)) == (["Admin"], 1)
