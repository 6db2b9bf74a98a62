"""startVirtualMachine, stopVirtualMachine, rebootVirtualMachine, destroyVirtualMachine, expunge and recover."""

from __future__ import annotations

import time

import pytest

from functions.compute.actions import expunge_due
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow import stuck
from tests.cloud import Refused
from tests.unit.compute.conftest import Site

MOVES = [
    ("startVirtualMachine", "Stopped", "Starting", "compute/start_virtual_machine"),
    ("stopVirtualMachine", "Running", "Stopping", "compute/stop_virtual_machine"),
    ("rebootVirtualMachine", "Running", "Running", "compute/reboot_virtual_machine"),
    ("destroyVirtualMachine", "Running", "Stopping", "compute/destroy_virtual_machine"),
    ("destroyVirtualMachine", "Stopped", "Stopping", "compute/destroy_virtual_machine"),
    ("expungeVirtualMachine", "Destroyed", "Expunging", "compute/expunge_virtual_machine"),
]


@pytest.mark.parametrize(("command", "before", "after", "flow"), MOVES)
def test_the_operation_moves_the_state_and_starts_its_flow(
    site: Site, command: str, before: str, after: str, flow: str
) -> None:
    machine = site.guest(before)
    answer = site.cloud.call(command, site.tenant, id=machine.id)
    assert VirtualMachine.require(machine.id).state == after
    job = Job.require(answer["jobid"])
    assert (job.flow, job.resource_id, job.status) == (flow, machine.id, 0)
    assert Lease.get(machine.id).owner == job.id


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("startVirtualMachine", "Running"), ("stopVirtualMachine", "Starting"), ("rebootVirtualMachine", "Stopped"),
        ("destroyVirtualMachine", "Starting"), ("expungeVirtualMachine", "Running"), ("recoverVirtualMachine", "Stopped"),
    ],
)  # fmt: skip
def test_the_wrong_state_is_refused_and_nothing_moves(site: Site, command: str, state: str) -> None:
    machine = site.guest(state)
    with pytest.raises(Refused) as refusal:
        site.cloud.call(command, site.tenant, id=machine.id)
    assert refusal.value.code == 431
    assert state in refusal.value.text
    assert VirtualMachine.require(machine.id).state == state


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("stopVirtualMachine", "Starting"), ("destroyVirtualMachine", "Starting"), ("startVirtualMachine", "Stopping"),
        ("rebootVirtualMachine", "Stopping"), ("expungeVirtualMachine", "Expunging"),
    ],
)  # fmt: skip
def test_who_meets_a_stuck_guest_is_told_of_its_job_and_not_to_wait(site: Site, command: str, state: str) -> None:
    machine = site.guest()
    job = Job.require(site.cloud.call("startVirtualMachine", site.tenant, id=machine.id)["jobid"])
    stuck.end(job, 530, "The domain could not be destroyed.")
    machine.change(VirtualMachine.state.set(state))
    with pytest.raises(Refused) as refusal:
        site.cloud.call(command, site.tenant, id=machine.id)
    assert f"Job {job.id} got stuck" in refusal.value.text
    assert "Wait" not in refusal.value.text


@pytest.mark.parametrize(
    ("command", "state"), [("stopVirtualMachine", "Stopped"), ("destroyVirtualMachine", "Destroyed")]
)
def test_what_is_so_already_is_a_job_that_is_done(site: Site, command: str, state: str) -> None:
    machine = site.guest(state)
    job = Job.require(site.cloud.call(command, site.tenant, id=machine.id)["jobid"])
    assert job.ended
    assert (job.result["virtualmachine"]["id"], job.result["virtualmachine"]["state"]) == (machine.id, state)
    assert VirtualMachine.require(machine.id).state == state


def test_an_operating_system_that_is_not_there_is_refused(site: Site) -> None:
    machine = site.guest()
    with pytest.raises(Refused, match="listOsTypes"):
        site.cloud.call("updateVirtualMachine", site.tenant, id=machine.id, ostypeid=machine.id)


@pytest.mark.parametrize(
    "command", sorted({row[0] for row in MOVES} | {"recoverVirtualMachine", "updateVirtualMachine"})
)
def test_another_tenants_guest_is_as_one_that_is_not_there(site: Site, command: str) -> None:
    machine = site.guest()
    stranger = site.cloud.caller("stranger")
    with pytest.raises(Refused) as refusal:
        site.cloud.call(command, stranger, id=machine.id)
    assert (refusal.value.code, "Unable to find" in refusal.value.text) == (431, True)


def test_a_second_operation_is_refused_while_the_first_holds_the_lease(site: Site) -> None:
    machine = site.guest("Running")
    site.cloud.call("rebootVirtualMachine", site.tenant, id=machine.id)
    with pytest.raises(Refused) as refusal:
        site.cloud.call("rebootVirtualMachine", site.tenant, id=machine.id)
    assert refusal.value.code == 530
    assert "wait" in refusal.value.text


def test_destroy_with_expunge_starts_the_expunge(site: Site) -> None:
    machine = site.guest("Running")
    answer = site.cloud.call("destroyVirtualMachine", site.tenant, id=machine.id, expunge="true")
    assert Job.require(answer["jobid"]).flow == "compute/expunge_virtual_machine"
    assert VirtualMachine.require(machine.id).state == "Expunging"


def test_a_protected_guest_is_not_destroyed(site: Site) -> None:
    machine = site.guest()
    site.cloud.call("updateVirtualMachine", site.tenant, id=machine.id, deleteprotection="true")
    with pytest.raises(Refused, match="protected"):
        site.cloud.call("destroyVirtualMachine", site.tenant, id=machine.id)


def test_a_destroyed_guest_is_recovered(site: Site) -> None:
    machine = site.guest("Destroyed")
    assert site.cloud.call("recoverVirtualMachine", site.tenant, id=machine.id)["virtualmachine"]["state"] == "Stopped"


def test_what_was_destroyed_a_day_ago_is_expunged(site: Site) -> None:
    machine = site.guest("Destroyed")
    due = int(time.time()) + 10
    machine.change(VirtualMachine.expunge_shard.set(machine.id[-1]), VirtualMachine.expunge_at.set(due))
    assert expunge_due.run({"now": due - 1}) == 0
    assert expunge_due.run({"now": due + 1}) == 1
    assert VirtualMachine.require(machine.id).state == "Expunging"
    assert expunge_due.run({"now": due + 1}) == 0


def test_renaming_needs_a_stopped_guest_and_a_free_name(site: Site) -> None:
    machine, other = site.guest(name="one"), site.guest(name="two")
    with pytest.raises(Refused, match="already"):
        site.cloud.call("updateVirtualMachine", site.tenant, id=machine.id, name="two")
    renamed = site.cloud.call("updateVirtualMachine", site.tenant, id=machine.id, name="three")["virtualmachine"]
    assert renamed["name"] == "three"
    assert (
        site.cloud.call("updateVirtualMachine", site.tenant, id=other.id, name="one")["virtualmachine"]["name"] == "one"
    )
