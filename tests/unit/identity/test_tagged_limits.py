"""Limits of tags of hosts and pools: which there are, who gives them, that they are kept, and that they go with their owner."""

from __future__ import annotations

from typing import Any

import pytest

from functions.identity import _subtree
from functions.identity._limited import Limited
from functions.identity.update_resource_limit import _noting
from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceLimitExceeded
from javelin.data import limits, settings
from javelin.data.limited_tags import HOST_TAGS, STORAGE_TAGS
from javelin.data.records.account import Account
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.quota import Quota
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused
from tests.unit.site import build, create

VM, VOLUME, CPU, PRIMARY = 0, 2, 8, 10
GIB = 2**30


@pytest.fixture(autouse=True)
def _listed(cloud: Cloud) -> None:
    settings.change(HOST_TAGS, "gpu, big")
    settings.change(STORAGE_TAGS, "ssd,gpu")


def use(owner: limits.Owner, **tagged: dict[str, int]) -> None:
    """Count as used, all of it by tag."""
    transaction = Transaction()
    amounts: dict[str, int] = {}
    for of_tag in tagged.values():
        amounts |= of_tag
    limits.use(transaction, owner, tagged=tagged, **amounts)
    transaction.commit()


def rows(cloud: Cloud, **whose: Any) -> dict[tuple[str, str], int]:
    """The limits of tags, by tag and what is limited."""
    listed = cloud.call("listResourceLimits", **whose)["resourcelimit"]
    return {(row["tag"], row["resourcetypename"]): row["max"] for row in listed if "tag" in row}


def test_what_operators_have_listed_has_limits(cloud: Cloud) -> None:
    cloud.caller("tenant")
    whose = {"account": "tenant", "domainid": ROOT_DOMAIN}
    made = cloud.call("updateResourceLimit", resourcetype=PRIMARY, max=7, tag="ssd", **whose)["resourcelimit"]
    assert (made["tag"], made["max"], made["account"]) == ("ssd", 7, "tenant")
    shown = rows(cloud, **whose)
    assert {key for key, most in shown.items() if most != -1} == {("ssd", "primary_storage")}
    assert {resource for tag, resource in shown if tag == "gpu"} == {
        "user_vm", "cpu", "memory", "volume", "primary_storage",
    }  # fmt: skip
    assert {resource for tag, resource in shown if tag == "big"} == {"user_vm", "cpu", "memory"}
    assert rows(cloud, tag="ssd", resourcetype=PRIMARY, **whose) == {("ssd", "primary_storage"): 7}
    assert "resourcelimit" not in cloud.call("listResourceLimits", tag="other", **whose)
    first = cloud.call("listResourceLimits", resourcetype=PRIMARY, **whose)["resourcelimit"][0]
    assert (first.get("tag"), first["max"]) == (None, -1)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"resourcetype": VM, "tag": "ssd"}, "has no limit of user_vm"),
        ({"resourcetype": VOLUME, "tag": "big"}, "has no limit of volume"),
        ({"resourcetype": VM, "tag": "other"}, "resource.limit.host.tags"),
    ],
)
def test_a_tag_that_is_not_listed_for_it_has_none(cloud: Cloud, wish: dict[str, Any], sentence: str) -> None:
    home = cloud.domain("a")
    with pytest.raises(Refused, match=sentence) as refused:
        cloud.call("updateResourceLimit", max=1, domainid=home.id, **wish)
    assert refused.value.code == 431
    assert list(Quota.scan()) == []


def test_limits_of_accounts_and_of_the_domains_above_are_kept(cloud: Cloud) -> None:
    home = cloud.domain("a")
    one, two = cloud.caller("one", home), cloud.caller("two", home)
    whose = {"account": "one", "domainid": home.id}
    cloud.call("updateResourceLimit", resourcetype=VM, max=1, tag="gpu", **whose)
    cloud.call("updateResourceLimit", resourcetype=VM, max=2, tag="gpu", domainid=home.id)
    use(one, gpu={"user_vm": 1, "cpu": 4}, none={"user_vm": 1})
    with pytest.raises(ResourceLimitExceeded, match="of the account for the tag gpu do not allow 1 more virtual"):
        use(one, gpu={"user_vm": 1})
    use(one, big={"user_vm": 1})
    use(two, gpu={"user_vm": 1})
    with pytest.raises(ResourceLimitExceeded, match="of domain ROOT/a for the tag gpu"):
        use(two, gpu={"user_vm": 1})
    assert Account.require(two.account_id).used("user_vm") == 1, "what is refused is not counted at all"
    transaction = Transaction()
    limits.give_back(transaction, two, {"gpu": {"user_vm": 1}}, user_vm=1)
    transaction.commit()
    use(two, gpu={"user_vm": 1})


def test_a_tag_that_comes_to_be_listed_knows_what_there_is(cloud: Cloud) -> None:
    tenant = cloud.caller("tenant")
    use(tenant, later={"user_vm": 3})
    settings.change(HOST_TAGS, "later")
    cloud.call("updateResourceLimit", resourcetype=VM, max=3, tag="later", account="tenant", domainid=ROOT_DOMAIN)
    with pytest.raises(ResourceLimitExceeded):
        use(tenant, later={"user_vm": 1})
    settings.change(HOST_TAGS, "")
    use(tenant, later={"user_vm": 1})


def test_lists_show_what_there_is_of_tags(cloud: Cloud) -> None:
    home = cloud.domain("a")
    tenant = cloud.caller("tenant", home)
    cloud.call("updateResourceLimit", resourcetype=PRIMARY, max=7, tag="ssd", account="tenant", domainid=home.id)
    use(tenant, ssd={"primary_storage": 2 * GIB})
    (account,) = cloud.call("listAccounts", id=tenant.account_id)["account"]
    (shown,) = [row for row in account["taggedresources"] if row["total"]]
    assert shown == {
        "resourcetype": 10, "resourcetypename": "primary_storage", "tag": "ssd", "limit": 7, "total": 2, "available": 5,
    }  # fmt: skip
    (domain,) = cloud.call("listDomains", id=home.id)["domain"]
    assert [(row["tag"], row["total"], row["limit"]) for row in domain["taggedresources"] if row["total"]] == [
        ("ssd", 2, -1)
    ]
    assert domain == cloud.call("listDomainChildren", id=ROOT_DOMAIN)["domain"][0]
    project = cloud.call("createProject", tenant, name="p", displaytext="p")["id"]
    (listed,) = cloud.call("listProjects", id=project, listall="true")["project"]
    assert {row["total"] for row in listed["taggedresources"]} == {0}
    (small,) = cloud.call("listAccounts", id=tenant.account_id, details="min")["account"]
    assert "taggedresources" not in small


def test_lists_show_one_tag_if_asked(cloud: Cloud) -> None:
    home = cloud.domain("a")
    tenant = cloud.caller("tenant", home)
    for listed, row, whose in (("listAccounts", "account", tenant.account_id), ("listDomains", "domain", home.id)):
        (all_tags,) = cloud.call(listed, id=whose)[row]
        (gpu,) = cloud.call(listed, id=whose, tag="gpu")[row]
        assert gpu["taggedresources"] == [one for one in all_tags["taggedresources"] if one["tag"] == "gpu"] != []
        (other,) = cloud.call(listed, id=whose, tag="other")[row]
        assert "taggedresources" not in other
        assert other == {name: value for name, value in all_tags.items() if name != "taggedresources"}


def test_nobody_gives_itself_more_and_none_below_more_than_those_above(cloud: Cloud) -> None:
    upper = cloud.domain("a")
    lower, admin = cloud.domain("b", upper), cloud.caller("admin-of-a", upper, "DomainAdmin")
    with pytest.raises(Refused) as refused:
        cloud.call("updateResourceLimit", admin, resourcetype=VM, max=9, tag="gpu", domainid=upper.id)
    assert refused.value.code == 531
    cloud.call("updateResourceLimit", resourcetype=VM, max=3, tag="gpu", domainid=upper.id)
    with pytest.raises(Refused, match="Domain ROOT/a may have 3 user_vm"):
        cloud.call("updateResourceLimit", admin, resourcetype=VM, max=4, tag="gpu", domainid=lower.id)
    cloud.call("updateResourceLimit", admin, resourcetype=VM, max=4, tag="big", domainid=lower.id)


def test_counts_of_tags_are_made_anew(cloud: Cloud) -> None:
    home = cloud.domain("a")
    site, tenant = build(cloud), cloud.caller("tenant", home)
    machine = site.machine(tenant, host_tags=["gpu", "big"])
    create(
        Volume("v", account_id=tenant.account_id, account="tenant", domain_id=home.id, domain_path=home.path, name="v",
               size=GIB, zone_id=site.zone.id, zone_name="z", storage_tags=["ssd"], vm_id=machine.id)
    )  # fmt: skip
    use(tenant, gone={"user_vm": 2})
    (row,) = cloud.call(
        "updateResourceCount", domainid=home.id, account="tenant", tag="gpu", resourcetype=CPU
    )["resourcecount"]  # fmt: skip
    assert (row["tag"], row["resourcecount"]) == ("gpu", 1)
    scope = tenant.account_id
    used = {quota.tag: (quota.used("user_vm"), quota.used("volume")) for quota in Quota.of_tags(
        scope, Account.require(scope).tagged or ())}  # fmt: skip
    assert used == {"gpu": (1, 0), "big": (1, 0), "ssd": (0, 1), "gone": (0, 0)}
    cloud.call("updateResourceCount", domainid=home.id)
    assert Quota.of(Quota.of_tag("/a/", "ssd")).used("primary_storage") == GIB
    with pytest.raises(Refused, match="listResourceLimits shows"):
        cloud.call("updateResourceCount", domainid=home.id, tag="other")


def test_a_limit_is_given_while_what_it_limits_changes(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = cloud.caller("tenant")
    reading, times = Quota.of, iter(range(2))

    def meanwhile(scope: str) -> Quota:
        read = reading(scope)
        if next(times, None) is not None:
            use(tenant, gpu={"user_vm": 1})
        return read

    monkeypatch.setattr(Quota, "of", meanwhile)
    cloud.call("updateResourceLimit", resourcetype=VM, max=5, tag="gpu", account="tenant", domainid=ROOT_DOMAIN)
    assert int(reading(Quota.of_tag(tenant.account_id, "gpu")).over_user_vm) == 2 - 5
    monkeypatch.setattr(limits, "ATTEMPTS", 0)
    with pytest.raises(ConcurrentOperation):
        limits.set_limit_of_quota(Transaction, Quota.of_tag(tenant.account_id, "gpu"), "user_vm", 1)


def test_a_domain_takes_the_limits_of_its_tags_along(cloud: Cloud) -> None:
    home = cloud.domain("a")
    Domain.require(ROOT_DOMAIN).change(Domain.children.set(1))
    cloud.call("updateResourceLimit", resourcetype=VM, max=3, tag="gpu", domainid=home.id)
    assert len(list(Quota.scan())) == 2
    transaction = Transaction()
    _subtree.remove(transaction, Domain.require(home.id))
    Quota("/a/").change(Quota.tagged.add({"big"}))
    with pytest.raises(ConcurrentOperation, match="limits changed"):
        transaction.commit()
    cloud.call("deleteDomain", id=home.id)
    assert list(Quota.scan()) == []
    with pytest.raises(InvalidParameter):
        limits.set_limit_of_quota(
            lambda: _noting(Limited(home.id, home.path), "gpu"), Quota.of_tag("/a/", "gpu"), "user_vm", 1
        )
