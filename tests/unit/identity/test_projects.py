"""Projects: made, listed, changed, suspended and activated."""

from __future__ import annotations

import pytest

from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.project import Project
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import Crew, People


def named(crew: Crew, name: str, /, **asked: str) -> list[str]:
    return sorted(row["name"] for row in crew.call("listProjects", name, **asked).get("project", []))


def test_who_makes_a_project_governs_it(crew: Crew) -> None:
    (row,) = crew.call("listProjects", "ada")["project"]
    assert (row["name"], row["displaytext"], row["state"], row["owner"]) == (
        "crew",
        "Crew",
        "Active",
        [{"account": "ada"}],
    )
    assert row["projectaccountname"] == f"PrjAcct-crew-{crew.id[-8:]}"
    assert (row["vmtotal"], row["domainid"], row["tags"]) == (0, crew.home, [])
    assert crew.members() == {"ada": "Admin"}
    account = Account.require(crew.id)
    assert (account.of_project, account.state, account.user_ids) == (True, "enabled", None)
    assert int(Account.require(crew.people["ada"].account_id).used_project) == 1
    assert int(Domain.require(crew.home).accounts) == 4


def test_a_user_alone_may_govern_one(crew: Crew) -> None:
    bob = crew.people["bob"]
    made = crew.do("createProject", "root", name="alone", userid=bob.user_id)["project"]
    assert made["owner"] == [{"account": "bob", "user": "bob", "userid": bob.user_id}]
    assert named(crew, "bob") == ["alone"]
    assert Account.require(bob.account_id).project_ids is None
    assert named(crew, "root", username="bob", domainid=crew.home) == ["alone"]


@pytest.mark.parametrize("way", ["account", "accountid"])
def test_an_administrator_makes_one_for_an_account(crew: Crew, way: str) -> None:
    bob = crew.people["bob"]
    given = {"accountid": bob.account_id} if way == "accountid" else {"account": "bob", "domainid": crew.home}
    made = crew.do("createProject", "root", name="his", **given)["project"]
    assert (made["owner"], made["domainid"]) == ([{"account": "bob"}], crew.home)
    assert named(crew, "bob") == ["his"]
    assert named(crew, "root", account="bob", domainid=crew.home) == ["his"]


@pytest.mark.parametrize(("wrong", "says"), [
    ({"name": "CREW"}, "already"), ({"name": "a/b"}, "slash"), ({"name": " "}, "visible"),
    ({"name": "x", "account": "bob", "domainid": "home"}, "not yours"), ({"name": "x", "accountid": "bob"}, "Unable to find"),
    ({"name": "x", "userid": "bob"}, "Unable to find"), ({"name": "x", "accountid": "ada", "userid": "ada"}, "Give one of"),
])  # fmt: skip
def test_what_cannot_be_made_leaves_nothing(crew: Crew, wrong: dict[str, str], says: str) -> None:
    asked = dict(wrong)
    for parameter, attribute in (("accountid", "account_id"), ("userid", "user_id")):
        if parameter in asked:
            asked[parameter] = getattr(crew.people[asked[parameter]], attribute)
    if "domainid" in asked:
        asked["domainid"] = crew.home
    with pytest.raises(Refused, match=says):
        crew.call("createProject", "ada", **asked)
    assert named(crew, "root", listall="true") == ["crew"]
    assert int(Account.require(crew.people["ada"].account_id).used_project) == 1


def test_users_make_none_where_the_operator_says_so(crew: Crew) -> None:
    settings.change(settings.USERS_CREATE_PROJECTS, "false")
    with pytest.raises(Refused, match="may not make projects") as refused:
        crew.call("createProject", "bob", name="x")
    assert refused.value.code == 531
    assert crew.do("createProject", "root", name="x")["project"]["name"] == "x"
    assert crew.call("listCapabilities", "bob")["capability"]["allowusercreateprojects"] is False


def test_an_account_makes_as_many_as_it_may(crew: Crew) -> None:
    ada = crew.people["ada"].account_id
    Account.require(ada).change(Account.limit_project.set(2), Account.over_project.set(-1))
    crew.do("createProject", "ada", name="second")
    with pytest.raises(Refused, match="1 more projects") as refused:
        crew.call("createProject", "ada", name="third")
    assert refused.value.code == 535
    assert named(crew, "ada") == ["crew", "second"]


def test_lists_have_what_is_asked_for(crew: Crew, people: People, cloud: Cloud) -> None:
    other = people.caller(people.account("stranger", domain=people.domain("other")["id"]))
    cloud.call("createProject", other, name="theirs", displaytext="Not yours")
    boss = people.caller(people.account("boss", 2, crew.home))
    crew.do("createTags", "ada", resourcetype="Project", resourceids=crew.id, tags__0__key="tier", tags__0__value="one")
    everything = ["crew", "theirs"]
    assert named(crew, "root", listall="true") == named(crew, "root", projectid="-1", listall="true") == everything
    assert named(crew, "root") == named(crew, "bob") == named(crew, "bob", listall="true") == []
    assert [row["name"] for row in cloud.call("listProjects", boss, listall="true")["project"]] == ["crew"]
    for kept in ({"name": "crew"}, {"displaytext": "Crew"}, {"keyword": "CRE"}, {"domainid": crew.home},
                 {"id": crew.id}, {"tags__0__key": "tier", "tags__0__value": "one"}):  # fmt: skip
        assert named(crew, "root", listall="true", **kept) == ["crew"], kept
    assert named(crew, "root", listall="true", state="active") == everything
    assert named(crew, "root", listall="true", state="Suspended") == []
    assert crew.call("listProjects", "root", listall="true", page="2", pagesize="1")["count"] == 2
    shown = crew.call("listProjects", "ada", details="min")["project"][0]
    assert "vmtotal" not in shown
    assert [tag["key"] for tag in shown["tags"]] == ["tier"]
    for asked in ({"account": "ada", "domainid": crew.home}, {"domainid": other.domain_id}):
        with pytest.raises(Refused) as refused:
            crew.call("listProjects", "bob", **asked)
        assert refused.value.code == 431


def test_text_and_governors_change(crew: Crew) -> None:
    assert (
        crew.do("updateProject", "ada", id=crew.id, displaytext="New", name="crew")["project"]["displaytext"] == "New"
    )
    with pytest.raises(Refused, match="is not in project"):
        crew.call("updateProject", "ada", id=crew.id, account="bob")
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob")
    shown = crew.do("updateProject", "ada", id=crew.id, account="bob", displaytext="His")["project"]
    assert (shown["owner"], shown["displaytext"]) == ([{"account": "bob"}], "His")
    assert crew.members() == {"ada": "Regular", "bob": "Admin"}
    with pytest.raises(Refused, match="Only administrators") as refused:
        crew.call("updateProject", "ada", id=crew.id, displaytext="x")
    assert refused.value.code == 531
    more = {"id": crew.id, "account": "ada", "swapowner": "false"}
    crew.do("updateProject", "bob", **more, roletype="Admin")
    assert crew.members() == {"ada": "Admin", "bob": "Admin"}
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="cyd")
    with pytest.raises(Refused, match="2 administrators"):
        crew.call("updateProject", "bob", id=crew.id, account="cyd")
    crew.do("updateProject", "bob", **more, roletype="Regular")
    with pytest.raises(Refused, match="last administrator"):
        crew.call("updateProject", "bob", id=crew.id, account="bob", swapowner="false", roletype="regular")
    assert crew.members() == {"ada": "Regular", "bob": "Admin", "cyd": "Regular"}


def test_suspended_and_active_again(crew: Crew) -> None:
    crew.do("addAccountToProject", "ada", projectid=crew.id, account="bob")
    for command, state, of_account in (
        ("suspendProject", "Suspended", "disabled"),
        ("activateProject", "Active", "enabled"),
    ):
        with pytest.raises(Refused, match="Only administrators"):
            crew.call(command, "bob", id=crew.id)
        for _ in range(2):
            assert crew.do(command, "ada", id=crew.id)["project"]["state"] == state
        assert (Account.require(crew.id).state, crew.sees("bob")) == (of_account, True)
        assert (Project.require(crew.id).stopping is None) == (state == "Active")


@pytest.mark.parametrize("command", ["updateProject", "suspendProject", "activateProject"])
def test_what_others_have_is_as_if_absent(crew: Crew, command: str) -> None:
    with pytest.raises(Refused, match="Unable to find project") as refused:
        crew.call(command, "bob", id=crew.id)
    assert refused.value.code == 431
