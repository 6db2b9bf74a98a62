"""updateServiceOffering, updateDiskOffering, which is like it, and who may make offerings with tags."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data import settings
from tests.cloud import Cloud, Refused
from tests.unit.compute.test_delete_service_offering import BOTH, make

TAGS = {"ServiceOffering": "storagetags", "DiskOffering": "tags"}  # of pools, in an update


def listed(cloud: Cloud, kind: str, **wanted: str) -> list[dict[str, Any]]:
    """The offerings that are listed."""
    rows: list[dict[str, Any]] = cloud.call(f"list{kind}s", **wanted).get(kind.lower(), [])
    return rows


@BOTH
def test_it_is_described_anew(cloud: Cloud, kind: str) -> None:
    offering = make(cloud, kind)
    changed = cloud.call(f"update{kind}", id=offering, name="new", displaytext="New", **{TAGS[kind]: "ssd,fast"})
    shown = changed[kind.lower()]
    tags = shown["storagetags" if kind == "ServiceOffering" else "tags"]
    assert (shown["name"], shown["displaytext"], tags) == ("new", "New", "ssd,fast")
    assert listed(cloud, kind) == [shown]


@BOTH
def test_it_is_taken_out_of_use_and_back(cloud: Cloud, kind: str) -> None:
    offering = make(cloud, kind)
    cloud.call(f"update{kind}", id=offering, state="Inactive")
    assert listed(cloud, kind) == []
    cloud.call(f"update{kind}", id=offering, state="Active")
    assert len(listed(cloud, kind)) == 1


@BOTH
def test_it_is_for_some_and_for_all_again(cloud: Cloud, kind: str) -> None:
    home, beside = cloud.domain("home"), cloud.domain("beside")
    zone = cloud.call("createZone", name="z", networktype="Advanced", dns1="9.9.9.9", internaldns1="9.9.9.9")["zone"]
    offering = make(cloud, kind)
    changed = cloud.call(f"update{kind}", id=offering, domainid=home.id, zoneid=zone["id"])[kind.lower()]
    assert (changed["domainid"], changed["zoneid"]) == (home.id, zone["id"])
    assert cloud.call(f"list{kind}s", cloud.caller("one", beside)) == {}
    assert cloud.call(f"list{kind}s", cloud.caller("two", home))["count"] == 1
    changed = cloud.call(f"update{kind}", id=offering, domainid="public", zoneid="all")[kind.lower()]
    assert not {"domainid", "zoneid"} & changed.keys()
    assert cloud.call(f"list{kind}s", cloud.caller("three", beside))["count"] == 1


@BOTH
def test_lists_go_by_sort_key_and_then_by_age(cloud: Cloud, kind: str) -> None:
    first, second, third = [make(cloud, kind) for _ in range(3)]
    cloud.call(f"update{kind}", id=third, sortkey="-5")
    cloud.call(f"update{kind}", id=first, sortkey="5")
    assert [row["id"] for row in listed(cloud, kind)] == [third, second, first]
    assert [row["id"] for row in listed(cloud, kind, page="2", pagesize="1")] == [second]
    cloud.call("updateConfiguration", name=settings.SORT_ASCENDING.name, value="false")
    assert [row["id"] for row in listed(cloud, kind)] == [first, second, third]
    for offering in (first, third):
        cloud.call(f"update{kind}", id=offering, sortkey="0")
    assert [row["id"] for row in listed(cloud, kind)] == [first, second, third]


@BOTH
def test_a_domain_admin_changes_what_is_for_its_domains_alone(cloud: Cloud, kind: str) -> None:
    mine, other = cloud.domain("mine"), cloud.domain("other")
    admin = cloud.caller("boss", mine, "DomainAdmin")
    own = make(cloud, kind, domainid=mine.id)
    for theirs in (make(cloud, kind), make(cloud, kind, domainid=f"{mine.id},{other.id}")):
        with pytest.raises(Refused, match="531 The offering is not for your domains alone"):
            cloud.call(f"update{kind}", admin, id=theirs, name="mine")
    for wrong in ({"domainid": "public"}, {"domainid": other.id}, {TAGS[kind]: "ssd"}):
        with pytest.raises(Refused) as refusal:
            cloud.call(f"update{kind}", admin, id=own, name="changed", **wrong)
        assert refusal.value.code in (431, 531)
    assert listed(cloud, kind, id=own)[0]["name"] == "o"
    assert cloud.call(f"update{kind}", admin, id=own, name="changed")[kind.lower()]["name"] == "changed"


@BOTH
@pytest.mark.parametrize(
    "wrong", [{"zoneid": "none"}, {"domainid": "0197f000-0000-7000-8000-000000000000"}, {"state": "Gone"}]
)
def test_what_cannot_be_is_refused_and_changes_nothing(cloud: Cloud, kind: str, wrong: dict[str, str]) -> None:
    before = listed(cloud, kind, id=(offering := make(cloud, kind)))
    with pytest.raises(Refused) as refusal:
        cloud.call(f"update{kind}", id=offering, name="new", **wrong)
    assert refusal.value.code == 431
    assert listed(cloud, kind, id=offering) == before


def test_hidden_disk_offerings_are_for_admins(cloud: Cloud) -> None:
    offering = make(cloud, "DiskOffering")
    cloud.call("updateDiskOffering", id=offering, displayoffering="false")
    assert cloud.call("listDiskOfferings", cloud.caller("somebody")) == {}
    assert listed(cloud, "DiskOffering")[0]["displayoffering"] is False


@BOTH
def test_domain_admins_make_tagged_offerings_where_a_setting_allows_it(cloud: Cloud, kind: str) -> None:
    home = cloud.domain("home")
    admin, user = cloud.caller("boss", home, "DomainAdmin"), cloud.caller("worker", home)

    def allowed(account: str) -> bool:
        told: bool = cloud.call("isAccountAllowedToCreateOfferingsWithTags", id=account)["isallowed"]["isallowed"]
        return told

    wish = {"name": "o", "disksize": "1", "cpunumber": "1", "cpuspeed": "500", "memory": "128", "tags": "ssd"}
    assert not allowed(admin.account_id)
    with pytest.raises(Refused) as refusal:
        cloud.call(f"create{kind}", admin, domainid=home.id, **wish)
    assert refusal.value.code == 531
    name = settings.TAGGED_OFFERINGS.name
    with pytest.raises(Refused):  # nobody allows it to itself
        cloud.call("updateConfiguration", admin, name=name, value="true", accountid=admin.account_id)
    cloud.call("updateConfiguration", name=name, value="true", accountid=admin.account_id)
    cloud.call(f"create{kind}", admin, domainid=home.id, **wish)
    assert allowed(admin.account_id)
    assert allowed(cloud.root.account_id)
    assert not allowed(user.account_id)
