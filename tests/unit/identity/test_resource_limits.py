"""listResourceLimits, updateResourceLimit, updateResourceCount: whose, who may, and that they count."""

from __future__ import annotations

from typing import Any

import pytest

from functions.identity import _counting, update_resource_limit
from functions.identity._limited import limited
from javelin.contract.errors import ConcurrentOperation
from javelin.data import limits, settings
from javelin.data.counters import RESOURCES
from javelin.data.owned_amounts import COUNTED
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import People
from tests.unit.projects import project_in
from tests.unit.site import build

VM, PROJECTS, MEMORY, PRIMARY = 0, 5, 9, 10


def shown(cloud: Cloud, **whose: Any) -> dict[str, int]:
    """The limits by the names of what is limited."""
    return {row["resourcetypename"]: row["max"] for row in cloud.call("listResourceLimits", **whose)["resourcelimit"]}


def use(owner: limits.Owner, **amounts: int) -> None:
    """Count as used."""
    transaction = Transaction()
    limits.use(transaction, owner, **amounts)
    transaction.commit()


@pytest.fixture
def tree(cloud: Cloud) -> dict[str, Domain]:
    """a and a/b."""
    a = cloud.domain("a")
    return {"a": a, "b": cloud.domain("b", a)}


def test_a_limit_is_listed_shown_and_kept(cloud: Cloud, tree: dict[str, Domain]) -> None:
    tenant = cloud.caller("tenant", tree["b"])
    whose = {"account": "tenant", "domainid": tree["b"].id}
    assert shown(cloud, **whose) == dict.fromkeys(RESOURCES, -1)
    made = cloud.call("updateResourceLimit", resourcetype=VM, max=2, **whose)["resourcelimit"]
    assert (made["account"], made["resourcetype"], made["max"], made["domainpath"]) == ("tenant", "0", 2, "ROOT/a/b")
    cloud.call("updateResourceLimit", resourcetype=PRIMARY, max=7, **whose)
    own = cloud.call("listResourceLimits", tenant, resourcetype=PRIMARY)["resourcelimit"]
    assert [(row["resourcetypename"], row["max"]) for row in own] == [("primary_storage", 7)]
    use(tenant, user_vm=2, primary_storage=7 * 2**30)
    for one in ({"user_vm": 1}, {"primary_storage": 1}):
        with pytest.raises(Exception, match=r"The account's limits do not allow"):
            use(tenant, **one)
    cloud.call("updateResourceLimit", resourcetype=VM, max=1, **whose)  # below what is there
    cloud.call("updateResourceLimit", resourcetype=PRIMARY, **whose)
    assert {name: most for name, most in shown(cloud, **whose).items() if most != -1} == {"user_vm": 1}
    use(tenant, primary_storage=1)


def test_a_domain_s_limit_counts_all_below_and_none_may_have_more_than_those_above(
    cloud: Cloud, tree: dict[str, Domain]
) -> None:
    cloud.call("updateResourceLimit", resourcetype=VM, max=3, domainid=tree["a"].id)
    rows = cloud.call("listResourceLimits", domainid=tree["a"].id, resourcetypename="user_vm")["resourcelimit"]
    assert [(row["max"], "account" in row) for row in rows] == [(3, False)]
    use(cloud.caller("one", tree["b"]), user_vm=2)
    with pytest.raises(Exception, match=r"The limits of domain ROOT/a do not allow 2 more virtual machines"):
        use(cloud.caller("two", tree["a"]), user_vm=2)
    with pytest.raises(Refused, match="Domain ROOT/a may have 3 user_vm") as refused:
        cloud.call("updateResourceLimit", resourcetype=VM, max=4, domainid=tree["b"].id)
    assert refused.value.code == 431
    assert Quota.of("/a/b/").limit("user_vm") is None
    cloud.call("updateResourceLimit", resourcetype=VM, max=3, domainid=tree["b"].id)
    cloud.call("updateResourceLimit", resourcetype=VM, max=-1, domainid=tree["b"].id)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"resourcetype": 99, "max": 1, "domainid": "a"}, 431),
        ({"resourcetype": VM, "max": -2, "domainid": "a"}, 431),
        ({"resourcetype": VM, "max": 2**62, "domainid": "a"}, 431),
        ({"resourcetype": VM, "max": 1}, 431),
        ({"resourcetype": VM, "max": 1, "domainid": ROOT_DOMAIN}, 431),
        ({"resourcetype": VM, "max": 1, "domainid": ROOT_DOMAIN, "account": "admin"}, 431),
        ({"resourcetype": VM, "max": 1, "domainid": "a", "tag": "unlisted"}, 431),
    ],
)
def test_what_is_no_limit_is_refused(cloud: Cloud, tree: dict[str, Domain], wish: dict[str, Any], code: int) -> None:
    given = {name: tree["a"].id if value == "a" else value for name, value in wish.items()}
    with pytest.raises(Refused) as refused:
        cloud.call("updateResourceLimit", **given)
    assert refused.value.code == code
    assert list(Quota.scan()) == []
    assert Account.require(ROOT_ACCOUNT).limit("user_vm") is None


def test_a_domain_that_is_deleted_meanwhile_gets_no_limit(
    cloud: Cloud, tree: dict[str, Domain], monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: Any) -> None:
        cloud.call("deleteDomain", id=tree["b"].id)

    monkeypatch.setattr(update_resource_limit, "_refuse_more_than_above", meanwhile)
    with pytest.raises(Refused, match="deleted, or is being moved") as refused:
        cloud.call("updateResourceLimit", resourcetype=VM, max=1, domainid=tree["b"].id)
    assert refused.value.code == 431
    assert list(Quota.scan()) == []


def test_nobody_raises_its_own_limits(cloud: Cloud, tree: dict[str, Domain]) -> None:
    admin = cloud.caller("admin-of-a", tree["a"], "DomainAdmin")
    cloud.caller("tenant", tree["a"])
    for wish, code in (
        ({"domainid": tree["a"].id}, 531),
        ({"domainid": tree["a"].id, "account": "admin-of-a"}, 531),
        ({"domainid": ROOT_DOMAIN, "account": "admin"}, 531),
        ({"domainid": ROOT_DOMAIN}, 431),
    ):
        with pytest.raises(Refused) as refused:
            cloud.call("updateResourceLimit", admin, resourcetype=VM, max=5, **wish)
        assert refused.value.code == code
    cloud.call("updateResourceLimit", admin, resourcetype=VM, max=5, domainid=tree["b"].id)
    cloud.call("updateResourceLimit", admin, resourcetype=VM, max=5, domainid=tree["a"].id, account="tenant")
    assert [Quota.of(path).limit("user_vm") for path in ("/a/", "/a/b/")] == [None, 5]


def test_counts_are_made_anew_from_what_there_is(cloud: Cloud, tree: dict[str, Domain]) -> None:
    site, tenant = build(cloud), cloud.caller("tenant", tree["b"])
    for _ in range(2):
        site.machine(tenant)
    limits.set_limit(lambda: Account.require(tenant.account_id), "user_vm", 5)
    Account.require(tenant.account_id).change(Account.used_user_vm.set(9), Account.over_user_vm.set(4))
    rows = cloud.call("updateResourceCount", domainid=tree["b"].id, account="tenant")["resourcecount"]
    counted = {row["resourcetypename"]: row["resourcecount"] for row in rows}
    assert {name: count for name, count in counted.items() if count} == {"user_vm": 2, "cpu": 2, "memory": 256}
    assert int(Account.require(tenant.account_id).over_user_vm) == 2 - 5
    (row,) = cloud.call("updateResourceCount", domainid=tree["a"].id, resourcetype=MEMORY)["resourcecount"]
    assert (row["resourcecount"], row["domain"]) == (256, "a")
    assert Quota.of("/a/").used("user_vm") == 2
    with pytest.raises(Refused):
        cloud.call("updateResourceCount", domainid=ROOT_DOMAIN)


def test_projects_are_limited_and_counted_by_administrators_of_their_domain(
    cloud: Cloud, tree: dict[str, Domain]
) -> None:
    maker = cloud.caller("maker", tree["b"])
    above, beside = (cloud.caller(name, tree[name], "DomainAdmin") for name in ("a", "b"))
    whose = {"projectid": project_in(maker).id}
    for admin, most in ((cloud.root, 1), (above, 2), (beside, 3)):
        made = cloud.call("updateResourceLimit", admin, resourcetype=VM, max=most, **whose)["resourcelimit"]
        assert (made["projectid"], made["max"]) == (whose["projectid"], most)
        assert shown(cloud, **whose)["user_vm"] == most
    Account.require(whose["projectid"]).change(Account.used_user_vm.set(9), Account.over_user_vm.set(6))
    rows = cloud.call("updateResourceCount", beside, domainid=tree["b"].id, **whose)["resourcecount"]
    assert {(row["projectid"], row["resourcecount"]) for row in rows} == {(whose["projectid"], 0)}
    assert Account.require(whose["projectid"]).over_user_vm == -3
    for command, wish in (
        ("updateResourceLimit", {"resourcetype": VM}),
        ("updateResourceCount", {"domainid": tree["b"].id}),
    ):
        with pytest.raises(Refused):
            cloud.call(command, maker, **wish, **whose)


def test_projects_are_counted_anew_for_who_made_them_and_the_domains_above(
    cloud: Cloud, tree: dict[str, Domain]
) -> None:
    maker = cloud.caller("maker", tree["b"])
    cloud.call("createProject", maker, name="crew")
    project_in(maker, "of nobody's limit")
    Account.require(maker.account_id).change(Account.used_project.set(4))
    Quota.of("/a/").change(Quota.used_project.set(0))
    for whose in ({"domainid": tree["b"].id, "account": "maker"}, {"domainid": tree["a"].id}):
        (row,) = cloud.call("updateResourceCount", resourcetype=PROJECTS, **whose)["resourcecount"]
        assert (row["resourcetypename"], row["resourcecount"]) == ("project", 1)
    assert [counted.used("project") for counted in (Account.require(maker.account_id), Quota.of("/a/"))] == [1, 1]


def test_what_changes_while_it_is_counted_is_left(
    cloud: Cloud, tree: dict[str, Domain], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = cloud.caller("tenant", tree["a"])
    use(tenant, user_vm=1)
    sums = _counting._sums

    def meanwhile(wanted: Any) -> Any:
        use(tenant, user_vm=1)
        return sums(wanted)

    monkeypatch.setattr(_counting, "_sums", meanwhile)
    with pytest.raises(ConcurrentOperation):
        _counting.count_anew(limited(cloud.root, None, tree["a"].id, None))
    assert Quota.of("/a/").used("user_vm") == 1 + _counting.ATTEMPTS


def test_every_record_that_counts_is_counted() -> None:
    assert {record.__name__ for record in _counting.EVERY} == {*COUNTED}


def test_settings_limit_what_is_made_from_then_on(cloud: Cloud, people: People) -> None:
    settings.change(settings.setting("max.account.user.vms"), "3")
    settings.change(settings.setting("max.domain.primary.storage"), "4")
    home = people.domain("limited")
    people.account("tenant", domain=home["id"])
    people.account("boss", kind=1)
    assert shown(cloud, account="tenant", domainid=home["id"])["user_vm"] == 3
    assert shown(cloud, account="boss", domainid=ROOT_DOMAIN)["user_vm"] == -1
    assert shown(cloud, domainid=home["id"])["primary_storage"] == 4
    assert Quota.of("/limited/").limit("primary_storage") == 4 * 2**30
