"""createAffinityGroup, listAffinityGroups, listAffinityGroupTypes, updateVMAffinityGroup, deleteAffinityGroup."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records.affinity_group import TYPES, AffinityGroup
from javelin.data.records.virtual_machine import VirtualMachine
from tests.cloud import Refused
from tests.unit.compute.conftest import Site

APART = "host anti-affinity"


def made(site: Site, name: str = "web", kind: str = APART, caller: Caller | None = None) -> str:
    """A group's id."""
    answer = site.cloud.call("createAffinityGroup", caller or site.tenant, name=name, type=kind)
    return str(answer["id"])


def groups(site: Site, **filters: str) -> list[dict[str, Any]]:
    """What the tenant's list shows."""
    rows: list[dict[str, Any]] = site.cloud.call("listAffinityGroups", site.tenant, **filters).get("affinitygroup", [])
    return rows


def names_of(machine: VirtualMachine) -> list[str]:
    return [group["name"] for group in VirtualMachine.require(machine.id).affinity_groups or []]


def test_a_group_is_shown_to_its_account_with_its_guests(site: Site) -> None:
    job = site.cloud.call(
        "createAffinityGroup", site.tenant, name=" web ", type="Host Anti-Affinity", description="spread"
    )
    result = site.cloud.call("queryAsyncJobResult", site.tenant, jobid=job["jobid"])["jobresult"]["affinitygroup"]
    first, second = (site.guest(name=name, affinitygroupids=job["id"]) for name in ("one", "two"))
    (shown,) = groups(site)
    assert shown == result | {"virtualmachineIds": sorted([first.id, second.id])}
    assert (shown["name"], shown["type"], shown["description"], shown["account"]) == ("web", APART, "spread", "tenant")
    (row,) = site.cloud.call("listVirtualMachines", site.tenant, id=first.id)["virtualmachine"]
    assert row["affinitygroup"] == [{name: value for name, value in shown.items() if name != "virtualmachineIds"}]
    assert site.cloud.call("listAffinityGroups", site.cloud.caller("eve"), listall="true") == {}


def test_groups_are_found_by_what_they_are(site: Site) -> None:
    web, db = made(site), made(site, "db", "host affinity")
    guest = site.guest(affinitygroupnames="db")
    for filters, found in (
        ({"id": web}, [web]), ({"name": "db"}, [db]), ({"type": "Host Affinity"}, [db]), ({"keyword": "WE"}, [web]),
        ({"virtualmachineid": guest.id}, [db]), ({"virtualmachineid": guest.id, "id": web}, []),
        ({"virtualmachineid": new_id()}, []), ({"name": "nothing"}, []),
    ):  # fmt: skip
        assert [row["id"] for row in groups(site, **filters)] == found, filters
    assert [
        row["id"]
        for row in site.cloud.call("listVirtualMachines", affinitygroupid=db, listall="true")["virtualmachine"]
    ] == [guest.id]
    for nothing in (web, new_id()):
        assert site.cloud.call("listVirtualMachines", affinitygroupid=nothing, listall="true") == {}
    (seen,) = site.cloud.call("listAffinityGroups", listall="true", virtualmachineid=guest.id)["affinitygroup"]
    assert seen["id"] == db


def test_types_are_listed_page_by_page(site: Site) -> None:
    every = site.cloud.call("listAffinityGroupTypes", site.tenant)
    assert [row["type"] for row in every["affinityGroupType"]] == list(TYPES)
    page = site.cloud.call("listAffinityGroupTypes", site.tenant, keyword="Non-Strict", page=2, pagesize=1)
    assert (page["count"], page["affinityGroupType"]) == (2, [{"type": TYPES[3]}])


@pytest.mark.parametrize("wrong", [{"name": "web"}, {"type": "rack affinity"}, {"name": " "}, {"name": "a/b"}])
def test_what_cannot_be_made_is_refused(site: Site, wrong: dict[str, str]) -> None:
    made(site)
    with pytest.raises(Refused, match="431"):
        site.cloud.call("createAffinityGroup", site.tenant, **{"name": "other", "type": APART} | wrong)
    assert len(groups(site)) == 1


def test_a_stopped_guest_changes_its_groups(site: Site) -> None:
    web, db = made(site), made(site, "db")
    guest = site.guest(affinitygroupids=web)
    job = site.cloud.call("updateVMAffinityGroup", site.tenant, id=guest.id, affinitygroupids=f"{db},{web}")["jobid"]
    shown = site.cloud.call("queryAsyncJobResult", site.tenant, jobid=job)["jobresult"]["virtualmachine"]
    assert [group["id"] for group in shown["affinitygroup"]] == [db, web]
    site.cloud.call("updateVMAffinityGroup", site.tenant, id=guest.id, affinitygroupnames="db")
    assert names_of(guest) == ["db"]
    assert {row["id"]: row["virtualmachineIds"] for row in groups(site)} == {web: [], db: [guest.id]}
    site.cloud.call("updateVMAffinityGroup", site.tenant, id=guest.id)
    assert names_of(guest) == []


def test_a_guest_that_runs_keeps_its_groups(site: Site) -> None:
    made(site)
    guest = site.guest("Running", affinitygroupnames="web")
    with pytest.raises(Refused, match=r"431 .*Stopped"):
        site.cloud.call("updateVMAffinityGroup", site.tenant, id=guest.id)
    assert names_of(guest) == ["web"]


def test_groups_of_others_are_as_if_absent(site: Site) -> None:
    eve = site.cloud.caller("eve")
    hers, guest = made(site, "hers", caller=eve), site.guest()
    for wrong in ({"affinitygroupids": hers}, {"affinitygroupids": new_id()}, {"affinitygroupnames": "hers"}):
        with pytest.raises(Refused, match="431"):
            site.deploy(**wrong)
        with pytest.raises(Refused, match="431"):
            site.cloud.call("updateVMAffinityGroup", site.tenant, id=guest.id, **wrong)
    with pytest.raises(Refused, match="Unable to find affinity group"):
        site.deploy(caller=site.cloud.root, networkids=site.net(site.cloud.root, "n").id, affinitygroupids=hers)
    for caller in (site.tenant, eve):
        with pytest.raises(Refused, match="431"):
            site.cloud.call(
                "deleteAffinityGroup", caller, **({"id": hers} if caller is site.tenant else {"name": "web"})
            )
    assert not AffinityGroup.require(hers).vm_ids


def test_ids_and_names_at_once_or_too_many_are_refused(site: Site) -> None:
    ids = [made(site, f"g{number}") for number in range(11)]
    for wrong in ({"affinitygroupids": ids[0], "affinitygroupnames": "g1"}, {"affinitygroupids": ",".join(ids)}):
        with pytest.raises(Refused, match="431"):
            site.deploy(**wrong)
    assert site.cloud.call("listVirtualMachines", site.tenant) == {}


def test_a_full_group_takes_no_more(site: Site) -> None:
    group = AffinityGroup.require(made(site))
    group.change(AffinityGroup.vm_ids.set({new_id() for _ in range(200)}))
    with pytest.raises(Refused, match="535"):
        site.deploy(affinitygroupids=group.id)


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_deleted_group_is_left_by_its_guests(site: Site, by: str) -> None:
    group = made(site)
    made(site, "db")
    guest = site.guest(affinitygroupnames="web,db")
    named = {"id": group} if by == "id" else {"name": "web"}
    site.cloud.call("deleteAffinityGroup", site.tenant, **named)
    assert [row["name"] for row in groups(site)] == ["db"]
    assert names_of(guest) == ["db"]
    made(site)
    with pytest.raises(Refused, match="431"):
        site.cloud.call("deleteAffinityGroup", site.tenant, id=group)


def test_a_group_whose_guests_are_on_hosts_stays(site: Site) -> None:
    group = made(site)
    site.guest("Running", affinitygroupids=group, name="busy")
    with pytest.raises(Refused, match=r"536 .*busy"):
        site.cloud.call("deleteAffinityGroup", site.tenant, id=group)
    assert [row["id"] for row in groups(site)] == [group]


@pytest.mark.parametrize("wrong", [{}, {"name": ""}, {"id": "", "name": "no"}, {"name": "other"}])
def test_a_deletion_names_one_group(site: Site, wrong: dict[str, str]) -> None:
    group = made(site)
    given = {"id": group} | wrong if wrong.get("name") else {}
    with pytest.raises(Refused, match="431"):
        site.cloud.call("deleteAffinityGroup", site.tenant, **given)
    assert [row["id"] for row in groups(site)] == [group]
