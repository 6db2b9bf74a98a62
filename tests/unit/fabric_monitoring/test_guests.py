"""What hosts say of guests, against the records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from javelin.data.records.lease import Lease
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging.host_commands import DomainState
from tests.unit.fabric_monitoring.world import World

FREE = (0, 0, 0)
TAKEN = (2000, 512, 1)


def state(machine: str) -> tuple[str, str | None]:
    """A guest's state and host."""
    found = VirtualMachine.require(machine)
    return found.state, found.host_id


@pytest.mark.parametrize(("reason", "level"), [("crashed", "ERROR"), ("shutdown", "INFO")])
def test_a_guest_that_went_off_stops_and_gives_back_once(world: World, reason: str, level: str) -> None:
    host = world.hosts[0]
    machine = world.guest(host)
    now = datetime.now(UTC)
    for _ in range(2):
        assert world.tell(host, machine, "Stopped", reason, at=now)
    assert world.tell(host, machine, "Absent", at=now + timedelta(seconds=1))
    assert state(machine) == ("Stopped", None)
    assert VirtualMachine.require(machine).last_host_id == host
    assert world.promised(host) == FREE
    assert world.ear.heard() == [("VM.STOP", level)]


def test_a_guest_that_its_host_restarted_runs_again(world: World) -> None:
    host = world.hosts[0]
    machine = world.guest(host, fence=3)
    world.tell(host, machine, "Stopped", "crashed", fence=3)
    world.tell(host, machine, "Running", "booted", fence=3)
    assert state(machine) == ("Running", host)
    assert world.promised(host) == TAKEN
    assert world.ear.heard() == [("VM.STOP", "ERROR"), ("VM.START", "WARN")]


def test_a_guest_that_a_job_holds_is_left_and_looked_at_again(world: World) -> None:
    host = world.hosts[0]
    machine = world.guest(host)
    Lease(machine, owner="job", fence=1).save()
    now = datetime.now(UTC)
    assert not world.tell(host, machine, "Stopped", "crashed", at=now)
    assert state(machine) == ("Running", host)
    Lease(machine, fence=1).save()
    assert world.tell(host, machine, "Stopped", "crashed", at=now)
    assert state(machine) == ("Stopped", None)


def test_late_words_are_not_believed(world: World) -> None:
    host = world.hosts[0]
    machine = world.guest(host, fence=2)
    now = datetime.now(UTC)
    assert world.tell(host, machine, "Running", fence=2, at=now)
    assert world.tell(host, machine, "Stopped", "shutdown", fence=2, at=now - timedelta(seconds=1))
    assert world.tell(host, machine, "Stopped", "shutdown", fence=1, at=now + timedelta(seconds=1))
    assert world.tell(world.hosts[1], machine, "Absent", at=now + timedelta(seconds=2))
    assert state(machine) == ("Running", host)
    assert world.promised(host) == TAKEN


def test_a_guest_in_the_wrong_place_is_an_alarm_and_no_change(world: World) -> None:
    first, second = world.hosts
    running, stopped = world.guest(first), world.guest(None, "Stopped", last_host_id=first, fence=5)
    world.tell(second, running, "Running")
    world.tell(second, stopped, "Running", fence=5)
    world.tell(first, stopped, "Running", fence=4)
    assert state(running) == ("Running", first)
    assert state(stopped) == ("Stopped", None)
    assert world.ear.heard() == [("HOST.ALERT", "ERROR")] * 3


def test_a_complete_list_finds_what_is_missing(world: World) -> None:
    host = world.hosts[0]
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    lost, kept, fresh = (world.guest(host, updated=updated) for updated in (long_ago, long_ago, datetime.now(UTC)))
    stranger = DomainState(id="0197f000-0000-7000-8000-000000000000", state="Running")
    assert world.beat(host, domains=(DomainState(id=kept, state="Running"), stranger))
    assert state(lost) == ("Stopped", None)
    assert state(kept) == state(fresh) == ("Running", host)
    assert world.promised(host) == (4000, 1024, 2)
    assert sorted(world.ear.heard()) == [("HOST.ALERT", "WARN"), ("VM.STOP", "ERROR")]
