"""createInstanceGroup, listInstanceGroups, updateInstanceGroup, deleteInstanceGroup, and guests that join and leave."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.compute import _undeploy, delete_instance_group
from functions.compute._addresses import AddressTaken
from functions.compute._instance_group import GroupChanged
from javelin.data.ids import new_id
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused
from tests.unit.compute.conftest import Site


def groups(site: Site, **filters: str) -> dict[str, int]:
    """The tenant's groups, and how many guests each counts."""
    rows = site.cloud.call("listInstanceGroups", site.tenant, **filters).get("instancegroup", [])
    return {row["name"]: int(InstanceGroup.require(row["id"]).guests) for row in rows}


def made(site: Site, name: str = "web") -> str:
    return str(site.cloud.call("createInstanceGroup", site.tenant, name=name)["instancegroup"]["id"])


def shown(site: Site, machine: VirtualMachine) -> Any:
    """The group that the list shows."""
    (row,) = site.cloud.call("listVirtualMachines", site.tenant, id=machine.id)["virtualmachine"]
    return row.get("groupid"), row.get("group")


def test_a_group_is_made_listed_and_deleted(cloud: Cloud) -> None:
    bob, eve = cloud.caller("bob"), cloud.caller("eve")
    group = cloud.call("createInstanceGroup", bob, name=" Web ")["instancegroup"]
    assert (group["name"], group["account"], group["domain"]) == ("Web", "bob", "ROOT")
    for filters, found in (({}, 1), ({"id": group["id"]}, 1), ({"name": "we"}, 1), ({"keyword": "x"}, None)):
        assert cloud.call("listInstanceGroups", bob, **filters).get("count") == found
    assert cloud.call("listInstanceGroups", eve, listall="true") == {}
    for wrong in ("web", " ", "a/b"):
        with pytest.raises(Refused, match="431"):
            cloud.call("createInstanceGroup", bob, name=wrong)
    for command in ("updateInstanceGroup", "deleteInstanceGroup"):
        with pytest.raises(Refused, match="431 Unable to find instance group"):
            cloud.call(command, eve, id=group["id"])
    assert cloud.call("deleteInstanceGroup", bob, id=group["id"]) == {"success": True}
    assert cloud.call("listInstanceGroups", bob) == {}
    cloud.call("createInstanceGroup", bob, name="web")


def test_guests_join_by_name_and_make_the_group_if_there_is_none(site: Site) -> None:
    group = made(site)
    first, second, alone = site.guest(group="WEB"), site.guest(group="db"), site.guest()
    assert groups(site) == {"web": 1, "db": 1}
    assert shown(site, first) == (group, "web")
    assert shown(site, second)[1] == "db"
    assert shown(site, alone) == (None, None)
    found = site.cloud.call("listVirtualMachines", site.tenant, groupid=group)["virtualmachine"]
    assert [row["id"] for row in found] == [first.id]
    assert site.cloud.call("listVirtualMachines", site.tenant, groupid=new_id()) == {}


def test_a_guest_changes_its_group(site: Site) -> None:
    guest = site.guest(group="web")
    for name, after in (("db", {"web": 0, "db": 1}), ("DB", {"web": 0, "db": 1}), ("web", {"web": 1, "db": 0})):
        site.cloud.call("updateVirtualMachine", site.tenant, id=guest.id, group=name)
        assert groups(site) == after
    with pytest.raises(Refused, match="431"):
        site.cloud.call("updateVirtualMachine", site.tenant, id=guest.id, group="a/b")
    assert shown(site, guest)[1] == "web"


def test_a_refused_deployment_makes_no_group(site: Site) -> None:
    with pytest.raises(Refused):
        site.deploy(group="web", ipaddress="10.9.9.9")
    assert groups(site) == {}


def test_deployments_at_once_make_one_group(site: Site) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: site.guest(group="web"), range(4)))
    assert groups(site) == {"web": 4}


@pytest.mark.parametrize("there", [True, False])
def test_a_deployment_that_is_tried_again_counts_once_in_its_group(
    site: Site, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    if there:
        site.guest(group="web")
    commit, failing = Transaction.commit, [AddressTaken("The address was taken."), GroupChanged("The group changed.")]

    def at_last(transaction: Transaction) -> None:
        if failing:
            raise failing.pop()
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", at_last)
    site.guest(group="web")
    assert (groups(site), failing) == ({"web": 2 if there else 1}, [])
    assert len([*InstanceGroup.scan()]) == 1


def test_a_guest_that_goes_leaves_its_group(site: Site) -> None:
    guest = site.guest(group="web")
    transaction = Transaction()
    _undeploy.undeploy(transaction, guest, Volume.load_all(guest.volume_ids))
    transaction.commit()
    assert groups(site) == {"web": 0}


def test_guests_show_the_new_name_of_their_group(site: Site) -> None:
    made(site, "db")
    guest = site.guest(group="web")
    group = str(guest.group_id)
    with pytest.raises(Refused, match="431"):
        site.cloud.call("updateInstanceGroup", site.tenant, id=group, name="db")
    site.cloud.call("updateInstanceGroup", site.tenant, id=group)
    assert shown(site, guest) == (group, "web")
    for name in ("Web", "front"):
        answer = site.cloud.call("updateInstanceGroup", site.tenant, id=group, name=name)
        assert (answer["instancegroup"]["name"], shown(site, guest)) == (name, (group, name))
    made(site, "web")
    guest.change(VirtualMachine.group.set("web"))
    site.cloud.call("updateInstanceGroup", site.tenant, id=group, name="front")
    assert shown(site, guest) == (group, "front"), "a repeat finishes what broke off"


def test_guests_of_a_deleted_group_are_in_none(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delete_instance_group, "AT_ONCE", 2)
    guests = [site.guest(group="web") for _ in range(3)]
    other = site.guest(group="db")
    site.cloud.call("deleteInstanceGroup", site.tenant, id=guests[0].group_id)
    assert groups(site) == {"db": 1}
    assert {shown(site, guest) for guest in guests} == {(None, None)}
    assert shown(site, other)[1] == "db"


def test_a_group_that_somebody_joins_meanwhile_stays(site: Site) -> None:
    guest = site.guest(group="web")
    InstanceGroup.require(guest.group_id).change(InstanceGroup.guests.set(2))  # one that the index does not tell yet
    with pytest.raises(Refused, match=r"530 .*repeat"):
        site.cloud.call("deleteInstanceGroup", site.tenant, id=guest.group_id)
    assert groups(site) == {"web": 1}
