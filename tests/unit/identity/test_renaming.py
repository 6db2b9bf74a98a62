"""updateAccount and updateProject with another name: it counts at once, and what is owned tells it."""

from __future__ import annotations

import pytest

from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.project import Project
from javelin.data.records.project_role import ProjectRole
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.tag import Tag
from javelin.data.records.user import User
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import Crew, People
from tests.unit.identity.following import follow, one_pass, under_way
from tests.unit.identity.test_following import PAIR


@pytest.mark.parametrize("name", ["eve", "ADA"])
def test_an_account_gets_another_name(cloud: Cloud, people: People, name: str) -> None:
    ada = people.account("ada")
    key = cloud.call("registerSSHKeyPair", name="k", publickey=PAIR, account="ada", domainid=ada["domainid"])
    cloud.call("createTags", resourcetype="SSHKeyPair", resourceids=key["keypair"]["id"], tags__0__key="a",
               tags__0__value="b")  # fmt: skip
    answer = cloud.call("updateAccount", id=ada["id"], newname=name, networkdomain="x.internal")["account"]
    assert (answer["name"], answer["networkdomain"]) == (name, "x.internal")
    assert cloud.call("listAccounts", name=name)["account"][0]["id"] == ada["id"]
    follow()
    assert {row.account for kind in (SshKeyPair, Tag) for row in kind.scan()} == {name}
    assert [row.account for row in User.scan() if row.username == "ada"] == [name]
    assert Account.require(ada["id"]).former_name is None
    if name == "eve":
        people.account("ada2")
        cloud.call("updateAccount", account="eve", domainid=ada["domainid"], newname="ada")
        assert not [one for one in Claim.scan() if one.name.endswith("/eve")]


def test_what_a_failed_job_left_follows_when_the_name_is_given_again(cloud: Cloud, people: People) -> None:
    ada = people.account("ada")
    cloud.call("updateAccount", id=ada["id"], newname="eve")
    (job,) = under_way()
    one_pass(job, phase="undo")
    assert (Job.require(job.id).status, Account.require(ada["id"]).former_name) == (int(JobStatus.FAILED), "ada")
    cloud.call("updateAccount", id=ada["id"], newname="eve")
    follow()
    assert [row.account for row in User.scan() if row.username == "ada"] == ["eve"]
    cloud.call("updateAccount", id=ada["id"], newname="eve")
    assert under_way() == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("Bob", "The domain has an account or project Bob already"), ("a/b", "no slash"), ("PrjAcct-x", "those of projects"),
     ("\u0430da", "mixes letters")],
)  # fmt: skip
def test_names_that_accounts_cannot_have(cloud: Cloud, people: People, name: str, sentence: str) -> None:
    ada = people.account("ada")
    people.account("bob")
    with pytest.raises(Refused, match=sentence) as refused:
        cloud.call("updateAccount", id=ada["id"], newname=name, networkdomain="x.internal")
    kept = Account.require(ada["id"])
    assert (refused.value.code, kept.name, kept.network_domain, under_way()) == (431, "ada", None, [])


def test_a_project_gets_another_name(crew: Crew) -> None:
    crew.call("createProjectRole", "ada", projectid=crew.id, name="reader")
    crew.call("updateProject", "ada", id=crew.id, name="Band", displaytext="All")
    follow()
    (done,) = [job for job in Job.scan() if job.command == "updateProject"]
    assert (done.result["project"]["name"], done.result["project"]["displaytext"]) == ("Band", "All")
    own = Account.require(crew.id)
    assert own.name == Project.account_name("Band", crew.id)
    assert [row.account for row in ProjectRole.scan()] == [own.name]
    assert [row["name"] for row in crew.call("listProjects", "ada", name="Band")["project"]] == ["Band"]
    assert not [one for one in Claim.scan() if "crew" in one.name]
    with pytest.raises(Refused, match="says nothing of members"):
        crew.call("updateProject", "ada", id=crew.id, name="crew", account="ada")
    with pytest.raises(Refused, match="Unable to find project"):
        crew.call("updateProject", "bob", id=crew.id, name="crew")
