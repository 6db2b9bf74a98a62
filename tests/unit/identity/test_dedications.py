"""Places that are for an account or a domain alone, when that is deleted."""

from __future__ import annotations

from typing import Any

import pytest

from functions.identity import _dedications
from javelin.data.records.account import Account
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.project import Project
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import People
from tests.unit.site import build, open_flows


@pytest.fixture
def home(cloud: Cloud, people: People, monkeypatch: pytest.MonkeyPatch) -> str:
    """A domain with an account, tenant, and two hosts, h1 and h2."""
    site = build(cloud)
    for name in ("h1", "h2"):
        site.add_host(name)

    def called(component: str, operation: str, payload: dict[str, Any]) -> dict[str, Any]:
        assert (component, operation) == ("fabric_admin", "release_dedicated_host")
        cloud.call("releaseDedicatedHost", **payload["parameters"])
        return {"body": {}}

    monkeypatch.setattr(_dedications, "call", called)
    key: str = people.domain("home")["id"]
    people.account("tenant", domain=key)
    return key


def host(name: str) -> Host:
    """The host of this name."""
    (found,) = [row for row in Host.scan() if row.name == name]
    return found


def test_what_was_for_one_is_for_everybody_again(cloud: Cloud, home: str) -> None:
    cloud.call("dedicateHost", hostid=host("h1").id, domainid=home, account="tenant")
    cloud.call("dedicateHost", hostid=host("h2").id, domainid=home)
    (tenant,) = [row.id for row in Account.scan() if row.name == "tenant"]
    assert _dedications.release_some(Dedication.account_id == tenant) == 0
    assert (host("h1").dedicated_to, host("h2").dedicated_to) == (None, ["domain/home/"])
    assert _dedications.release_some(Dedication.domain_id == home) == 0
    assert (host("h2").dedicated_to, [*Dedication.scan()]) == (None, [])


def test_an_empty_domain_with_places_of_its_own_goes_by_a_flow(cloud: Cloud, people: People, home: str) -> None:
    open_flows("identity/delete_domain")
    cloud.call("dedicateHost", hostid=host("h1").id, domainid=home)
    with pytest.raises(Refused, match="has accounts or domains in it") as refused:
        cloud.call("deleteDomain", id=home)
    assert (refused.value.code, Domain.require(home).state) == (536, "Active")
    other = people.domain("other")["id"]
    cloud.call("dedicateHost", hostid=host("h2").id, domainid=other)
    job = Job.require(cloud.call("deleteDomain", id=other)["jobid"])
    assert (job.flow, Domain.require(other).state) == ("identity/delete_domain", "Inactive")


def test_nothing_is_given_to_who_is_being_deleted(cloud: Cloud, home: str) -> None:
    (tenant,) = [row for row in Account.scan() if row.name == "tenant"]
    open_flows("identity/delete_account")
    cloud.call("deleteAccount", id=tenant.id)
    with pytest.raises(Refused, match="is being deleted; choose others"):
        cloud.call("dedicateHost", hostid=host("h1").id, domainid=home, account="tenant")
    Domain.require(home).change(Domain.state.set("Inactive"))
    with pytest.raises(Refused, match="is being deleted; choose others"):
        cloud.call("dedicateHost", hostid=host("h1").id, domainid=home)
    with pytest.raises(Refused, match="Domain ROOT/home is being deleted") as refused:
        cloud.call("createProject", name="late", accountid=tenant.id)
    assert refused.value.code == 531
    assert [[*model.scan()] for model in (Dedication, Project)] == [[], []]
