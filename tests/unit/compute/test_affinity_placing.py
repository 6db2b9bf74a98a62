"""Guests of an affinity group are kept apart, or together: by the planner, and by what it promises."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.compute import _capacity, _planner
from functions.compute.actions import place_virtual_machine
from javelin.contract.errors import InsufficientCapacity
from javelin.data import affinity
from javelin.data.ids import new_id
from javelin.data.records.affinity_group import APART, RATHER_APART, RATHER_TOGETHER, TOGETHER
from javelin.data.records.affinity_place import AffinityPlace
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from tests.unit.compute.conftest import Site
from tests.unit.site import do_run

Grouped = Callable[..., str]


@pytest.fixture
def grouped(site: Site) -> Grouped:
    """Two more hosts, and the maker of groups."""
    place = {"zone_id": site.zone.id, "zone_name": "z1", "pod_id": site.host.pod_id, "pod_name": "p",
             "cluster_id": site.host.cluster_id, "cluster_name": "c"}  # fmt: skip
    for number in (2, 3):
        site.make(Host(new_id(), name=f"kvm{number}", state="Up", cpus=8, mhz=2000, memory_mib=8192, **place))

    def make(kind: str, name: str = "web") -> str:
        return str(site.cloud.call("createAffinityGroup", site.tenant, name=name, type=kind)["id"])

    return make


def placed(site: Site, **parameters: Any) -> VirtualMachine:
    """A guest that has its place."""
    started = site.deploy(**parameters)
    place_virtual_machine.handler.do(do_run(Job.require(started["jobid"])))
    return VirtualMachine.require(started["id"])


def planned(machine: VirtualMachine) -> _planner.Decision:
    return _planner.plan(machine, Volume.load_all(machine.volume_ids))


def test_guests_that_are_to_be_apart_are_on_a_host_each_until_there_is_none(site: Site, grouped: Grouped) -> None:
    group = grouped(APART)
    hosts = {placed(site, affinitygroupids=group).host_id for _ in range(3)}
    assert len(hosts) == 3
    started = site.deploy(affinitygroupids=group)
    job = Job.require(started["jobid"])
    with pytest.raises(InsufficientCapacity, match="3 kept apart or together"):
        place_virtual_machine.handler.do(do_run(job))
    rows = Job.require(job.id).plan["rejected"]["hosts"]["rows"]
    assert {row["reason"] for row in rows} == {"has a guest of anti-affinity group web"}
    assert placed(site).host_id in hosts, "a guest of no group is not hindered"


def test_guests_that_are_to_be_together_follow_the_first(site: Site, grouped: Grouped) -> None:
    group = grouped(TOGETHER)
    first = placed(site, affinitygroupids=group)
    assert {placed(site, affinitygroupids=group).host_id for _ in range(3)} == {first.host_id}
    Host.require(first.host_id).change(Host.state.set("Down"))
    decision = planned(site.guest(affinitygroupids=group))
    assert decision.host is None
    assert [row["reason"] for row in decision.rejected_hosts.rows] == ["is Down, not Up"]


def test_a_wish_is_heeded_where_it_can_be(site: Site, grouped: Grouped) -> None:
    apart, together = grouped(RATHER_APART), grouped(RATHER_TOGETHER, "db")
    spread = Counter(placed(site, affinitygroupids=apart).host_id for _ in range(6))
    assert sorted(spread.values()) == [2, 2, 2]
    first = placed(site, affinitygroupids=together)
    assert placed(site, affinitygroupids=together).host_id == first.host_id
    Host.require(first.host_id).change(Host.resource_state.set("Maintenance"))
    assert placed(site, affinitygroupids=together).host_id != first.host_id


def test_the_host_that_an_admin_names_is_no_way_around(site: Site, grouped: Grouped) -> None:
    group = grouped(APART)
    first = placed(site, affinitygroupids=group)
    second = site.guest(affinitygroupids=group)
    second.wanted_host_id = first.host_id
    decision = planned(second)
    assert decision.host is None
    assert decision.rejected_hosts.rows[0]["reason"] == "has a guest of anti-affinity group web"


def test_a_guest_that_leaves_its_host_makes_room(site: Site, grouped: Grouped) -> None:
    for kind in (APART, TOGETHER):
        group = grouped(kind, kind)
        machine = placed(site, affinitygroupids=group)
        transaction = Transaction()
        _capacity.give_back(transaction, machine)
        transaction.commit()
        assert affinity.places(machine) == [(machine.affinity_groups[0], {})]
        machine.change(VirtualMachine.host_id.remove(), VirtualMachine.state.set("Stopped"))
        site.cloud.call("deleteAffinityGroup", site.tenant, id=group)
        assert list(AffinityPlace.query(group)) == []


def test_a_deployment_that_is_undone_leaves_its_group(site: Site, grouped: Grouped) -> None:
    group = grouped(APART)
    started = site.deploy(affinitygroupids=group)
    run = do_run(Job.require(started["jobid"]))
    place_virtual_machine.handler.do(run)
    place_virtual_machine.handler.undo(run)
    (shown,) = site.cloud.call("listAffinityGroups", site.tenant)["affinitygroup"]
    assert shown["virtualmachineIds"] == []
    assert [row.guests for row in AffinityPlace.query(group)] == [None]


@pytest.mark.parametrize(("kind", "placed_of_six", "most_hosts"), [(APART, 3, 3), (TOGETHER, 6, 1)])
def test_guests_placed_at_once_heed_each_other(
    site: Site, grouped: Grouped, kind: str, placed_of_six: int, most_hosts: int
) -> None:
    """Each of them plans before any has its place, and promises after all have planned."""
    group = grouped(kind)
    runs = [do_run(Job.require(site.deploy(affinitygroupids=group)["jobid"])) for _ in range(6)]

    def place(run: Any) -> None:
        with contextlib.suppress(InsufficientCapacity):
            place_virtual_machine.handler.do(run)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(place, runs))
    machines = VirtualMachine.load_all(run.job.resource_id for run in runs)
    hosts = Counter(machine.host_id for machine in machines if machine.host_id)
    assert sum(hosts.values()) == placed_of_six
    assert len(hosts) == most_hosts


@pytest.mark.parametrize("kind", [APART, TOGETHER])
def test_a_place_that_was_taken_since_the_plan_is_not_promised(site: Site, grouped: Grouped, kind: str) -> None:
    group = grouped(kind)
    first, second = (site.guest(affinitygroupids=group) for _ in range(2))
    hosts = [row.id for row in Host.by_zone.query(site.zone.id)]
    there = Host.require(hosts[0]), Host.require(hosts[0] if kind == APART else hosts[1])
    for machine, host in zip((first, second), there, strict=True):
        transaction = Transaction()
        _capacity.promise(transaction, machine, host, InsufficientCapacity("taken"))
        if machine is first:
            transaction.commit()
        else:
            with pytest.raises(InsufficientCapacity, match="taken"):
                transaction.commit()
