"""What projects own: made for them by their members, listed by them, seen by nobody else."""

from __future__ import annotations

import pytest

from javelin.contract.caller import Caller
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from tests.cloud import Cloud, Refused
from tests.unit.projects import member_of, project_in

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZ1cm5pc2hlZCBjbG91ZCBzYW1wbGUga2V5IGJ5dGVz"


@pytest.fixture
def ada(cloud: Cloud) -> Caller:
    return cloud.caller("ada")


@pytest.fixture
def project(ada: Caller) -> Project:
    return project_in(ada)


@pytest.fixture
def member(project: Project, ada: Caller) -> Caller:
    return member_of(project, ada)


def pairs(cloud: Cloud, caller: Caller, **asked: str) -> list[str]:
    return [row["name"] for row in cloud.call("listSSHKeyPairs", caller, **asked).get("sshkeypair", [])]


def register(cloud: Cloud, caller: Caller, name: str, **asked: str) -> dict[str, str]:
    pair: dict[str, str] = cloud.call("registerSSHKeyPair", caller, name=name, publickey=KEY, **asked)["keypair"]
    return pair


def test_a_member_makes_and_lists_what_is_the_project_s(cloud: Cloud, project: Project, member: Caller) -> None:
    made = register(cloud, member, "ours", projectid=project.id)
    assert (made["project"], made["projectid"]) == ("crew", project.id)
    assert "account" not in made
    register(cloud, member, "mine")
    assert pairs(cloud, member) == pairs(cloud, member, listall="true") == ["mine"]
    assert pairs(cloud, member, projectid=project.id) == pairs(cloud, member, projectid="-1") == ["ours"]
    assert sorted(pairs(cloud, member, projectid="-1", listall="true")) == ["mine", "ours"]
    assert pairs(cloud, member, id=made["id"]) == ["ours"]


def test_others_of_the_domain_see_nothing_of_it(cloud: Cloud, project: Project, member: Caller) -> None:
    made = register(cloud, member, "ours", projectid=project.id)
    stranger = cloud.caller("bob")
    for asked in ({"projectid": project.id}, {"account": project.account, "domainid": project.domain_id}):
        with pytest.raises(Refused) as refused:
            pairs(cloud, stranger, **asked)
        assert refused.value.code == 431
    assert pairs(cloud, stranger, projectid="-1") == pairs(cloud, stranger, id=made["id"]) == []
    with pytest.raises(Refused) as refused:
        register(cloud, stranger, "theirs", projectid=project.id)
    assert refused.value.code == 431
    assert pairs(cloud, member, projectid=project.id) == ["ours"]


def test_administrators_see_it_and_act_in_it(cloud: Cloud, project: Project, member: Caller) -> None:
    register(cloud, member, "ours", projectid=project.id)
    assert pairs(cloud, cloud.root, projectid="-1") == pairs(cloud, cloud.root, listall="true") == ["ours"]
    register(cloud, cloud.root, "theirs", projectid=project.id)
    assert sorted(pairs(cloud, member, projectid=project.id)) == ["ours", "theirs"]


@pytest.mark.parametrize("wrong", [{"account": "ada"}, {"account": "ada", "domainid": "own"}])
def test_a_project_and_an_account_do_not_go_together(
    cloud: Cloud, project: Project, member: Caller, wrong: dict[str, str]
) -> None:
    asked = {name: member.domain_id if value == "own" else value for name, value in wrong.items()}
    for call in (lambda: register(cloud, member, "x", projectid=project.id, **asked),
                 lambda: pairs(cloud, member, projectid=project.id, **asked)):  # fmt: skip
        with pytest.raises(Refused, match="do not go together") as refused:
            call()
        assert refused.value.code == 431


def test_an_account_s_id_is_no_project_s(cloud: Cloud, member: Caller) -> None:
    for given in (member.account_id, "-1"):
        with pytest.raises(Refused, match="Unable to find project") as refused:
            register(cloud, member, "x", projectid=given)
        assert refused.value.code == 431


def test_a_suspended_project_takes_nothing_new(cloud: Cloud, project: Project, member: Caller) -> None:
    register(cloud, member, "ours", projectid=project.id)
    Account.require(project.id).change(Account.state.set("disabled"))
    for asked in ({"projectid": project.id}, {"account": project.account, "domainid": project.domain_id}):
        with pytest.raises(Refused, match="suspended") as refused:
            register(cloud, member, "more", **asked)
        assert refused.value.code == 531
    assert pairs(cloud, member, projectid=project.id) == ["ours"]
    cloud.call("deleteSSHKeyPair", member, name="ours", projectid=project.id)
    assert pairs(cloud, member, projectid=project.id) == []


def test_the_account_of_a_project_is_no_account_to_look_at_or_to_change(
    cloud: Cloud, project: Project, member: Caller
) -> None:
    listed = cloud.call("listAccounts", listall="true")["account"]
    assert project.id not in [row["id"] for row in listed]
    assert cloud.call("listAccounts", id=project.id) == cloud.call("listAccounts", member, id=project.id) == {}
    for command, asked in (("updateAccount", {"networkdomain": "x.org"}), ("lockAccount", {})):
        named = {"account": project.account, "domainid": project.domain_id}
        with pytest.raises(Refused) as refused:
            cloud.call(command, cloud.root, **named, **asked)
        assert refused.value.code == 431


@pytest.mark.parametrize("name", ["PrjAcct-x-12345678", "prjacct-x"])
def test_no_account_takes_the_name_of_a_project_s(cloud: Cloud, name: str) -> None:
    with pytest.raises(Refused, match="are those of projects") as refused:
        cloud.call(
            "createAccount", username="u", password="correct horse battery", email="a@b.example", firstname="A",
            lastname="B", accounttype="0", account=name,
        )  # fmt: skip
    assert refused.value.code == 431
