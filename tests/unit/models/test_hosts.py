"""The states of a host: heartbeats are late, doubled, lost and out of order while the watch looks at what is silent.

Every move is a function of fabric_monitoring over real conditional writes; both of them act on what they read before.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.fabric_monitoring import _heartbeat
from functions.fabric_monitoring.actions import watch_hosts
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.messaging.reports import Heartbeat, Report
from tests.unit.furnished.cloud import furnished_cloud
from tests.unit.furnished.samples import sample
from tests.unit.models.explore import explore

START = 1_800_000_000  # epoch seconds
TICK = 101  # seconds: one tick makes a host silent, two make a heartbeat stale
TICKS = 5  # until the model ends; more than what makes a host lost
WIRE = 2  # heartbeats on the way at most
LEGAL = {
    ("Connecting", "Up"), ("Up", "Disconnected"), ("Up", "Down"), ("Disconnected", "Down"), ("Disconnected", "Up"),
    ("Down", "Up"),
}  # fmt: skip
names = itertools.count()

Heard = tuple[int, int] | None  # ticks: when the host said so, when the cloud heard it


@dataclass(frozen=True)
class World:
    """`wire` are the heartbeats on the way, by when they were said; `looks` is what the watch read and has not acted on:
    the host's state and when it was heard. `reads` is the host's state as a heartbeat that is being heard found it."""

    state: str = "Connecting"
    heard: Heard = None
    now: int = 0
    wire: tuple[int, ...] = ()
    looks: tuple[str, int] | None = None
    reads: tuple[str, int] | None = None


class Clock(datetime):
    """Stands still at a tick."""

    tick = 0

    @classmethod
    def now(cls, tz: Any = None) -> Clock:
        return cls.fromtimestamp(_seconds(cls.tick), tz)


class Stopwatch:
    """The module `time` of the same clock."""

    @staticmethod
    def time() -> float:
        return _seconds(Clock.tick)


def _seconds(tick: int) -> int:
    return START + tick * TICK


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    """The tables, and clocks that the model sets."""
    with furnished_cloud(), pytest.MonkeyPatch.context() as patches:
        for module in (_heartbeat, watch_hosts):
            patches.setattr(module, "datetime", Clock)
            patches.setattr(module, "time", Stopwatch)
        yield


@functools.cache
def hear(loaded: str, state: str, heard: Heard, said: int, now: int) -> tuple[str, Heard]:
    """A heartbeat that was said at a tick is heard now, by a function that found the host in state `loaded`."""
    host = _put(loaded, heard)
    _became(host, state)
    Clock.tick = now
    at = datetime.fromtimestamp(_seconds(said), UTC)
    beat = Heartbeat(
        started=at, driver="simulated", hypervisor="Simulator", accelerated=False, cpus=8, mhz=2000, memory_mib=16384,
        memory_used_mib=0, cpu_load=0,
    )  # fmt: skip
    _heartbeat.hear(host, Report(host=host.id, sequence=said, at=at, kind="heartbeat", body={}), beat)
    return _look(host.id)


@functools.cache
def lose(loaded: str, seen: int, state: str, heard: Heard, now: int, looked: int) -> tuple[str, Heard]:
    """The watch acts now on what it read: the host's state, and when it was heard."""
    host = _put(loaded, heard)
    _became(host, state)
    Clock.tick = now
    silence = _seconds(looked) - _seconds(seen)
    watch_hosts.lose(host, "Down" if silence > watch_hosts.LOST else "Disconnected", _seconds(seen))
    return _look(host.id)


def _put(state: str, heard: Heard) -> Host:
    host = sample(Host, str(next(names)), {"state": state})
    assert isinstance(host, Host)
    host.save()
    if heard is not None:
        HostStatus(host.id, at=_seconds(heard[0]) * 1000, seen=_seconds(heard[1])).save()
    return host


def _became(host: Host, state: str) -> None:
    """Somebody else changed it since it was read."""
    if state != host.state:
        Host(host.id).update([Host.state.set(state)], add_version_condition=False)


def _look(key: str) -> tuple[str, Heard]:
    state = str(Host.require(key).state)
    try:
        status = HostStatus.get(key)
    except HostStatus.DoesNotExist:
        return state, None
    return state, ((int(status.at) // 1000 - START) // TICK, (int(status.seen) - START) // TICK)


def moves(world: World) -> Iterator[tuple[str, World]]:
    """All that may happen next."""
    if world.now < TICKS:
        yield "time passes", replace(world, now=world.now + 1)
    if len(world.wire) < WIRE:
        yield "the host says that it lives", replace(world, wire=tuple(sorted((*world.wire, world.now))))
    for said in sorted(set(world.wire)):
        left = list(world.wire)
        left.remove(said)
        yield f"heartbeat {said} is lost", replace(world, wire=tuple(left))
        if world.reads is None:
            for rest, how in ((tuple(left), ""), (world.wire, ", and will come again")):
                yield f"heartbeat {said} arrives{how}", replace(world, wire=rest, reads=(world.state, said))
    if world.reads is not None:
        loaded, said = world.reads
        state, heard = hear(loaded, world.state, world.heard, said, world.now)
        yield f"heartbeat {said} is heard", replace(world, state=state, heard=heard, reads=None)
    if (
        world.looks is None
        and world.heard is not None
        and _seconds(world.now - world.heard[1]) - START > watch_hosts.SILENT
    ):
        yield "the watch looks", replace(world, looks=(world.state, world.heard[1]))
    if world.looks is not None:
        loaded, seen = world.looks
        for looked in range(seen + 1, world.now + 1):
            state, heard = lose(loaded, seen, world.state, world.heard, world.now, looked)
            yield f"the watch of {looked} acts", replace(world, state=state, heard=heard, looks=None)


def wrong(before: World, label: str, after: World) -> str | None:
    """What must never be."""
    if after.state != before.state and (before.state, after.state) not in LEGAL:
        return f"the host went from {before.state} to {after.state}"
    if before.heard and after.heard and after.heard[0] < before.heard[0]:
        return "an older heartbeat was kept over a newer one"
    if before.heard and after.heard and after.heard != before.heard and after.heard[0] == before.heard[0]:
        return "a heartbeat that came again counts as a sign of life"
    if after.state in ("Disconnected", "Down") and after.state != before.state:
        assert before.heard is not None
        if _seconds(before.now - before.heard[1]) - START <= watch_hosts.SILENT:
            return f"the host is {after.state} though it was just heard"
    if after.state == "Up" and before.state != "Up":
        assert after.heard is not None
        if after.heard == before.heard:
            return "a heartbeat that was heard before, or is older, brought the host up"
        if _seconds(after.now - after.heard[0]) - START > _heartbeat.FRESH.total_seconds():
            return "a heartbeat of long ago brought the host up"
    return None


def test_no_order_of_heartbeats_makes_an_illegal_move() -> None:
    found = explore(World(), moves, wrong)
    assert {world.state for world in found.states} == {"Connecting", "Up", "Disconnected", "Down"}
    for world in found.states:
        later = world.now + 1
        state, _ = hear(world.state, world.state, world.heard, later, later)
        assert state == "Up", f"a heartbeat does not bring the host up from {world}"


def test_the_model_sees_a_watch_that_does_not_look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(host: Host, state: str, seen: int) -> bool:
        return host.change(Host.state.set(state), when=Host.state == host.state)

    monkeypatch.setattr(watch_hosts, "lose", careless)
    lose.cache_clear()
    with pytest.raises(AssertionError, match="though it was just heard"):
        explore(World(), moves, wrong)
    lose.cache_clear()
