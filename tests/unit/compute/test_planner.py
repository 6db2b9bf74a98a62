"""The planner: who gets a guest, and why the others do not."""

from __future__ import annotations

import pytest

from functions.compute import _capacity, _planner
from javelin.contract.errors import InsufficientCapacity
from javelin.data.ids import new_id
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from tests.unit.compute.conftest import Site


def planned(machine: VirtualMachine) -> _planner.Decision:
    """What the planner says of a guest as it is."""
    return _planner.plan(machine, Volume.load_all(machine.volume_ids))


def test_the_least_loaded_host_that_fits_is_chosen(site: Site) -> None:
    busy = Host.require(site.host.id)
    busy.change(Host.memory_used_mib.set(8000))
    place = {
        name: getattr(busy, name)
        for name in ("zone_id", "zone_name", "pod_id", "pod_name", "cluster_id", "cluster_name")
    }
    idle = Host(new_id(), name="kvm2", state="Up", cpus=8, mhz=2000, memory_mib=8192, **place)
    site.make(idle)
    decision = planned(site.guest())
    assert decision.host is not None
    assert decision.host.id == idle.id


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Host.state.set("Down"), "is Down"),
        (Host.resource_state.set("Maintenance"), "is Maintenance"),
        (Host.memory_used_mib.set(8100), "has 92 MiB free, the guest needs 128"),
        (Host.cpu_used_mhz.set(15600), "has 400 MHz free, the guest needs 500"),
    ],
)
def test_a_host_that_will_not_do_is_named_with_the_reason(site: Site, change: object, reason: str) -> None:
    machine = site.guest()
    site.host.change(change)
    decision = planned(machine)
    assert decision.host is None
    assert reason in decision.rejected_hosts.rows[0]["reason"]
    assert "kvm1" in decision.refusal(machine, admin=True).text
    assert "kvm1" not in decision.refusal(machine, admin=False).text


def test_a_full_pool_rejects_its_hosts(site: Site) -> None:
    machine = site.guest()
    site.pool.change(StoragePool.allocated.set(site.pool.limit))
    decision = planned(machine)
    assert decision.host is None
    assert "bytes free" in decision.rejected_pools.rows[0]["reason"]
    assert "no pool with room" in decision.rejected_hosts.rows[0]["reason"]


def test_volumes_that_have_a_pool_tie_the_guest_to_hosts_that_reach_it(site: Site) -> None:
    machine = site.guest()
    far = StoragePool(new_id(), name="far", path="/far", capacity=10**12, zone_id=site.zone.id, zone_name="z1",
                      scope="HOST", host_id=new_id())  # fmt: skip
    site.make(far)
    Volume.require(machine.root_volume_id).change(Volume.pool_id.set(far.id))
    decision = planned(machine)
    assert decision.host is None
    assert "does not reach pool far" in decision.rejected_hosts.rows[0]["reason"]


def test_of_many_that_will_not_do_all_are_counted_and_the_first_are_named(site: Site) -> None:
    rejected = _planner.Rejected()
    for _ in range(_planner.MOST_TOLD + 1):
        rejected.add(site.host, "is Down, not Up")
    rejected.add(site.pool, "is not reached by the host", host="kvm1")
    assert rejected.told()["classes"] == {"not up": _planner.MOST_TOLD + 1, "out of reach": 1}
    assert len(rejected.told()["rows"]) == _planner.MOST_TOLD


def test_a_dedicated_host_is_for_its_own_alone_and_for_them_first(site: Site) -> None:
    machine = site.guest()
    site.host.change(Host.dedicated_to.set(["account/somebody-else"]))
    decision = planned(machine)
    assert decision.host is None
    assert decision.rejected_hosts.rows[0]["reason"] == "is dedicated to others"
    assert "1 dedicated to others" in decision.refusal(machine, admin=False).text
    own = Host.require(site.host.id)
    own.change(Host.dedicated_to.set([f"domain{machine.domain_path}"]), Host.memory_used_mib.set(4000))
    place = {
        name: getattr(own, name)
        for name in ("zone_id", "zone_name", "pod_id", "pod_name", "cluster_id", "cluster_name")
    }
    site.make(Host(new_id(), name="kvm2", state="Up", cpus=8, mhz=2000, memory_mib=8192, **place))
    chosen = planned(machine).host
    assert chosen is not None
    assert chosen.id == own.id


def test_no_guest_is_promised_to_a_host_that_was_dedicated_since(site: Site) -> None:
    machine, seen = site.guest(), Host.require(site.host.id)
    seen_guests = int(seen.guests)
    site.host.change(Host.dedicated_to.set(["account/somebody-else"]))
    transaction = Transaction()
    _capacity.promise(transaction, machine, seen, InsufficientCapacity("It is for others."))
    with pytest.raises(InsufficientCapacity):
        transaction.commit()
    assert int(Host.require(seen.id).guests) == seen_guests
