"""The agent's guard: what is told of guests, and which crashed ones are started again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event

from bridge.guard import Lease
from bridge.journal import Journal
from javelin.messaging.host_commands import (
    CreateVolumes,
    Domain,
    StopDomain,
)
from tests.bridge.agent_world import QUICK, World, settled


def test_changes_are_reported_even_when_no_event_told(world: World) -> None:
    domain = world.a_running_domain()
    world.hypervisor._listeners.clear()
    world.hypervisor.shut_down_from_inside(domain.id)
    settled(lambda: {"state": "Stopped", "reason": "shutdown"} in told(world, domain))


def told(world: World, domain: Domain) -> list[dict[str, str]]:
    changes = [state for body in world.cloud._bodies("domains") for state in body["domains"]]
    return [{"state": each["state"], "reason": each["reason"]} for each in changes if each["id"] == domain.id]


def test_a_crashed_guest_is_started_again(world: World) -> None:
    domain = world.a_running_domain(fence=4)
    world.hypervisor.crash(domain.id)
    assert world.cloud.wait_for_report("alert")[0]["subject"] == "Crashed guest restarted"
    state = world.hypervisor.state(domain.id)
    assert (state.state, state.fence) == ("Running", 4)
    settled(lambda: [each["state"] for each in told(world, domain)] == ["Running", "Stopped", "Running"])


def test_what_happened_while_the_cloud_was_away_is_told_in_full(world: World) -> None:
    world.hypervisor._latency = {"start": 0.01}  # within a millisecond it would be one change
    domains = [world.a_running_domain(), world.a_running_domain()]
    settled(lambda: not world.journal.unsent(100))
    world.cloud.away = True
    for number, domain in enumerate(domains, 1):
        world.hypervisor.crash(domain.id)
        settled(partial(waits_to_be_told, world, 3 * number))  # that it stopped, runs, and was started again
    world.cloud.away = False
    for domain in domains:
        settled(partial(is_told, world, domain, ["Stopped", "Running"]))
    reports = [[state["id"] for state in body["domains"]] for body in world.cloud._bodies("domains")]
    assert all(len(guests) == len(set(guests)) for guests in reports), "the cloud takes the last word of a report"


def is_told(world: World, domain: Domain, last: list[str]) -> bool:
    return [each["state"] for each in told(world, domain)][-len(last) :] == last


def waits_to_be_told(world: World, number: int) -> bool:
    return len(world.journal.unsent(100)) == number


def test_a_guest_that_went_off_by_itself_or_by_command_stays_off(world: World) -> None:
    first, second = world.a_running_domain(), world.a_running_domain()
    world.hypervisor.shut_down_from_inside(first.id)
    world.cloud.send(StopDomain(domain=second.id), "stop", resource=second.id)
    world.cloud.wait_for("stop")
    world.cloud.send(CreateVolumes(volumes=()), "after", resource=first.id)
    world.cloud.wait_for("after")
    assert {world.hypervisor.state(each.id).state for each in (first, second)} == {"Stopped"}
    assert world.journal.wanted(second.id) is None


def test_a_guest_that_crashes_after_too_long_a_silence_stays_off(world: World) -> None:
    domain = world.a_running_domain()
    world.cloud.away = True
    settled(lambda: "away" in world.cloud.refused)
    world.later += timedelta(minutes=11)
    world.hypervisor.crash(domain.id)
    settled(lambda: any("left off" in report.body for report in world.journal.unsent(100)))
    world.cloud.away = False
    assert world.cloud.wait_for_report("alert")[0]["subject"] == "Crashed guest left off"
    assert world.hypervisor.state(domain.id).state == "Stopped"


def test_after_a_long_silence_only_what_the_cloud_confirms_is_restarted(tmp_path: Path) -> None:
    journal, now = Journal(tmp_path / "journal.sqlite", durable=False), [datetime(2026, 1, 1, tzinfo=UTC)]

    def a_lease() -> Lease:
        return Lease(journal, timedelta(minutes=10), lambda: now[0])

    lease, start = a_lease(), now[0]
    assert not lease.covers(start)
    lease.touch()
    assert lease.covers(start)
    now[0] += timedelta(minutes=9)
    lease.touch()
    now[0] += timedelta(minutes=9)
    assert lease.covers(start)
    assert a_lease().covers(start)
    now[0] += timedelta(minutes=2)
    assert not lease.covers(start)
    lease = a_lease()
    lease.touch()
    assert not lease.covers(start)
    assert lease.covers(now[0])
    journal.close()


def test_a_guest_that_crashes_over_and_over_is_left_off(world: World) -> None:
    domain = world.a_running_domain()
    for restarts in range(1, 4):
        world.hypervisor.crash(domain.id)
        world.cloud.wait_for_report("alert", restarts)
    world.hypervisor.crash(domain.id)
    assert world.cloud.wait_for_report("alert", 4)[3]["subject"] == "Crashed guest left off"


def test_networks_are_looked_after_while_nobody_asks(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.timing = replace(QUICK, upkeep=0.05)
    looked = Event()
    world.network.restore = looked.set  # type: ignore[method-assign]  # the simulated one has nothing to restore
    world.start()
    assert looked.wait(10)
    looked.clear()
    assert looked.wait(10)
    world.stop()
    world.journal.close()
