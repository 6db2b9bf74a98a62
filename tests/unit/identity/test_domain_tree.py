"""listDomainChildren, and deleteDomain with clean-up."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data.records.account import Account
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.job import Job
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON, People
from tests.unit.site import open_flows


@pytest.fixture
def tree(people: People) -> dict[str, str]:
    """a, a/b, a/b/c and ab, by name."""
    ids = {"a": people.domain("a")["id"], "ab": people.domain("ab")["id"]}
    ids["b"] = people.domain("b", ids["a"])["id"]
    ids["c"] = people.domain("c", ids["b"])["id"]
    return ids


def children(cloud: Cloud, *whose: Any, **filters: Any) -> list[str]:
    """The names of the domains that are listed."""
    return [row["name"] for row in cloud.call("listDomainChildren", *whose, **filters).get("domain", [])]


def test_children_are_listed_right_below_or_all_the_way_down(
    cloud: Cloud, people: People, tree: dict[str, str]
) -> None:
    assert children(cloud) == ["a", "ab"]
    assert children(cloud, id=tree["a"]) == ["b"]
    assert children(cloud, id=tree["a"], isrecursive=True) == ["b", "c"]
    assert children(cloud, listall=True) == ["a", "ab", "b", "c"]
    assert children(cloud, listall=True, keyword="a") == ["a", "ab"]
    assert children(cloud, listall=True, name="C") == ["c"]
    assert children(cloud, listall=True, page=2, pagesize=3) == ["c"]
    admin = people.caller(people.account("boss", 2, tree["a"]))
    assert children(cloud, admin, listall=True) == ["b", "c"]
    for hidden in (tree["ab"], ROOT_DOMAIN):
        with pytest.raises(Refused, match="Unable to find domain"):
            children(cloud, admin, id=hidden)


def test_a_domain_with_something_in_it_is_deleted_by_a_flow_and_closed_at_once(
    cloud: Cloud, people: People, tree: dict[str, str]
) -> None:
    open_flows("identity/delete_domain")
    people.account("tenant", domain=tree["a"])
    with pytest.raises(Refused, match="cleanup=true"):
        cloud.call("deleteDomain", id=tree["a"])
    assert Domain.require(tree["a"]).state == "Active"
    job = Job.require(cloud.call("deleteDomain", id=tree["a"], cleanup=True)["jobid"])
    assert (job.flow, job.resource_id, job.ended) == ("identity/delete_domain", tree["a"], False)
    (shown,) = cloud.call("listDomains", id=tree["a"])["domain"]
    assert shown["state"] == "Inactive"
    accounts = len([*Account.scan()])
    for wish in (
        {"name": "d", "parentdomainid": tree["a"]},
        {"username": "u", "accounttype": 0, "domainid": tree["a"]},
    ):
        command = "createDomain" if "name" in wish else "createAccount"
        with pytest.raises(Refused, match="is being deleted") as refused:
            cloud.call(command, **wish, **({} if command == "createDomain" else PERSON))
        assert refused.value.code == 531
    assert len([*Account.scan()]) == accounts
    with pytest.raises(Refused, match="Another job"):
        cloud.call("deleteDomain", id=tree["a"], cleanup=True)


def test_an_empty_domain_is_deleted_at_once_with_cleanup_too(cloud: Cloud, tree: dict[str, str]) -> None:
    job = Job.require(cloud.call("deleteDomain", id=tree["c"], cleanup=True)["jobid"])
    assert (job.ended, job.flow, Domain.find(tree["c"])) == (True, None, None)
    assert int(Domain.require(tree["b"]).children) == 0


def test_neither_root_nor_ones_own_nor_another_s_domain_is_deleted(
    cloud: Cloud, people: People, tree: dict[str, str]
) -> None:
    admin = people.caller(people.account("boss", 2, tree["a"]))
    for key in (ROOT_DOMAIN, tree["a"], tree["ab"]):
        with pytest.raises(Refused):
            cloud.call("deleteDomain", admin, id=key, cleanup=True)
    with pytest.raises(Refused):
        cloud.call("deleteDomain", id=ROOT_DOMAIN, cleanup=True)
    assert {domain.state for domain in Domain.scan()} == {"Active"}
