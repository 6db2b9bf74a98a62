"""The agent's loop against a cloud in memory: order, repeats, fences, poison, crashes, silence."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bridge.agent import Agent, Timing
from bridge.guard import Lease
from bridge.host import Host
from bridge.hypervisor.simulated import SimulatedHypervisor
from bridge.identity import Identity
from bridge.journal import Journal
from bridge.network.simulated import SimulatedNetwork
from bridge.storage.simulated import SimulatedStorage
from javelin.messaging.host_commands import (
    AttachPool,
    CreateVolumes,
    DestroyDomain,
    Domain,
    OpenConsole,
    Pool,
    StartDomain,
    StopDomain,
    Volume,
)
from tests.bridge.fake_cloud import FakeCloud, an_identity, signed
from tests.bridge.guests import a_domain, new_id

POOL = Pool(id="11111111-1111-4111-8111-111111111111", path="/pools/one")
QUICK = Timing(poll=1, token_beat=0.05, heartbeat=0.1, longest_pause=0.1)


class World:
    """One agent that can be stopped, or dropped as by kill -9, and started again on the same journal."""

    def __init__(self, folder: Path) -> None:
        self.cloud = FakeCloud()
        self.identity: Identity = an_identity(self.cloud.host)
        self.hypervisor = SimulatedHypervisor()
        self.storage = SimulatedStorage()
        self.network = SimulatedNetwork()
        self.journal = Journal(folder / "journal.sqlite", durable=False)
        self.timing = QUICK
        self.later = timedelta()
        self.agent: Agent | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        host = Host(self.hypervisor, self.storage, self.network, self.journal)
        self.agent = Agent(self.identity, self.cloud, host, self.journal, self.timing, 4, self._now)
        self._thread = Thread(target=self.agent.run)
        self._thread.start()

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.later

    def stop(self) -> None:
        if self.agent is not None and self._thread is not None:
            self.agent.stop()
            self._thread.join(20)
            assert not self._thread.is_alive()
            self.agent = None

    def a_ready_domain(self, nic: bool = False) -> Domain:
        domain = a_domain(POOL, nic=nic)
        self.storage.create(Volume(id=domain.disks[0].volume.id, pool=POOL, size=1 << 20))
        return domain

    def a_running_domain(self, fence: int = 1) -> Domain:
        domain = self.a_ready_domain()
        token = f"start-{domain.id}"
        self.cloud.send(StartDomain(domain=domain), token, resource=domain.id, fence=fence)
        assert self.cloud.wait_for(token)[0] == "ok"
        return domain


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.start()
    yield world
    world.cloud.away = False
    world.stop()
    world.journal.close()


class SlowStart(SimulatedHypervisor):
    """Starts when it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = Event()
        self.go = Event()
        self.starts = 0

    def start(self, domain: Domain, fence: int, wiring: object) -> object:  # type: ignore[override]  # passes through
        self.starts += 1
        self.begun.set()
        assert self.go.wait(20)
        return super().start(domain, fence, wiring)  # type: ignore[arg-type]


def settled(true: Callable[[], bool]) -> None:
    end = datetime.now(UTC) + timedelta(seconds=20)
    while not true():
        assert datetime.now(UTC) < end, "it did not become true"
        Event().wait(0.01)


def test_a_guest_is_started_and_destroyed(world: World) -> None:
    domain = world.a_ready_domain(nic=True)
    world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id, fence=7)
    kind, state = world.cloud.wait_for("t1")
    assert (kind, state["state"], state["fence"]) == ("ok", "Running", 7)
    assert list(world.network.segments) == [domain.nics[0].segment.network]
    world.cloud.send(DestroyDomain(domain=domain.id), "t2", resource=domain.id, fence=7)
    kind, answer = world.cloud.wait_for("t2")
    assert (kind, list(answer)) == ("ok", ["trace"])
    assert answer["trace"]["command"] == "destroy_domain"
    assert answer["trace"]["started"] <= answer["trace"]["ended"]
    assert [name for name, _ in answer["trace"]["parts"]] == ["cut power and undefine", "release networks"]
    assert world.network.segments == {}
    settled(lambda: not world.cloud.held)
    assert world.hypervisor.state(domain.id).state == "Absent"


def test_a_repeat_of_a_done_command_is_answered_from_the_journal(world: World) -> None:
    domain = world.a_ready_domain()
    envelope = world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    first = world.cloud.wait_for("t1")
    world.hypervisor.destroy(domain.id)
    world.cloud.push(envelope.model_copy(update={"token": "t2"}))
    assert world.cloud.wait_for("t2") == first
    assert world.hypervisor.state(domain.id).state == "Absent"


def test_a_repeat_of_a_running_command_brings_the_newest_token(tmp_path: Path) -> None:
    world = World(tmp_path)
    slow = world.hypervisor = SlowStart()
    world.start()
    domain = world.a_ready_domain()
    envelope = world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    assert slow.begun.wait(20)
    world.cloud.open.discard("t1")
    world.cloud.push(envelope.model_copy(update={"token": "t2"}))
    settled(lambda: "t2" in world.cloud.beats)
    slow.go.set()
    assert world.cloud.wait_for("t2")[0] == "ok"
    settled(lambda: not world.cloud.held)
    assert slow.starts == 1
    world.stop()
    world.journal.close()


def test_a_retryable_failure_is_not_remembered(world: World) -> None:
    world.hypervisor._fail = {"start": [True]}
    domain = world.a_ready_domain()
    envelope = world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    assert world.cloud.wait_for("t1")[0] == "TransientHostError"
    world.cloud.push(envelope.model_copy(update={"token": "t2"}))
    assert world.cloud.wait_for("t2")[0] == "ok"


def test_a_permanent_failure_says_why(world: World) -> None:
    domain = a_domain(POOL)
    world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    kind, cause = world.cloud.wait_for("t1")
    assert kind == "VolumeNotFound"
    assert domain.disks[0].volume.id in cause


def test_an_older_fence_is_refused(world: World) -> None:
    domain = world.a_running_domain(fence=5)
    world.cloud.send(StopDomain(domain=domain.id, forced=True), "old", resource=domain.id, fence=4)
    assert world.cloud.wait_for("old")[0] == "StaleFence"
    assert world.hypervisor.state(domain.id).state == "Running"
    world.cloud.send(StopDomain(domain=domain.id, forced=True), "new", resource=domain.id, fence=5)
    assert world.cloud.wait_for("new")[0] == "ok"


def test_a_late_command_is_not_begun(world: World) -> None:
    late = datetime.now(UTC) - timedelta(seconds=1)
    world.cloud.send(AttachPool(pool=POOL), "t1", deadline=late)
    assert world.cloud.wait_for("t1")[0] == "DeadlinePassed"
    assert world.journal.pools() == []


@pytest.mark.parametrize("change", [{"kind": "format_disks"}, {"payload": {"pool": {"id": "../x", "path": "/p"}}}])
def test_a_bad_command_is_answered(world: World, change: dict[str, object]) -> None:
    world.cloud.send(AttachPool(pool=POOL), "t1", **change)
    assert world.cloud.wait_for("t1")[0] == "BadCommand"


def test_poison_is_dropped_with_an_alert(world: World) -> None:
    command = world.cloud.send(AttachPool(pool=POOL), "t0").model_copy(update={"token": "t1", "id": "other"})
    body = command.model_dump_json()
    world.cloud.put(body, signed(body, b"another key"))
    world.cloud.put(body, "")
    world.cloud.put("not json", signed("not json"))
    foreign = command.model_copy(update={"host": new_id()}).model_dump_json()
    world.cloud.put(foreign, signed(foreign))
    alerts = world.cloud.wait_for_report("alert", 4)
    subjects = sorted(alert["subject"] for alert in alerts)
    assert subjects == ["Forged command", "Forged command", "Misdirected command", "Unreadable command"]
    settled(lambda: not world.cloud.held)
    assert all(token != "t1" for token, _, _ in world.cloud.answers)


def test_commands_of_one_resource_run_in_order_and_others_beside_them(tmp_path: Path) -> None:
    world = World(tmp_path)
    slow = world.hypervisor = SlowStart()
    world.start()
    domain = world.a_ready_domain()
    world.cloud.send(StartDomain(domain=domain), "start", resource=domain.id)
    world.cloud.send(StopDomain(domain=domain.id, forced=True), "stop", resource=domain.id)
    world.cloud.send(AttachPool(pool=POOL), "pool", resource=POOL.id)
    assert world.cloud.wait_for("pool")[0] == "ok"
    slow.go.set()
    assert world.cloud.wait_for("stop")[1]["state"] == "Stopped"
    assert [token for token, _, _ in world.cloud.answers] == ["pool", "start", "stop"]
    world.stop()
    world.journal.close()


def test_results_wait_until_the_cloud_is_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    slow = world.hypervisor = SlowStart()
    world.start()
    domain = world.a_ready_domain()
    world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    assert slow.begun.wait(20)
    world.cloud.away = True
    slow.go.set()
    settled(lambda: len(world.journal.answers()) == 1)
    world.stop()
    world.cloud.away = False
    world.start()
    assert world.cloud.wait_for("t1")[0] == "ok"
    assert world.journal.answers() == []
    world.stop()
    world.journal.close()


def test_an_answer_that_nobody_waits_for_is_dropped(world: World) -> None:
    world.cloud.send(AttachPool(pool=POOL), "t1")
    world.cloud.wait_for("t1")
    late = world.cloud.send(AttachPool(pool=POOL), "t2", deadline=datetime.now(UTC) + timedelta(minutes=1))
    world.cloud.wait_for("t2")
    world.cloud.push(late)
    world.cloud.open.discard("t2")
    settled(lambda: not world.cloud.held and world.journal.answers() == [])


def test_a_command_that_a_crash_cut_off_runs_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    domain = world.a_ready_domain()
    envelope = world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    assert world.journal.begin(envelope.id, envelope.kind, envelope.resource, envelope.fence)
    assert world.journal.running() == [envelope.id]
    world.start()
    assert world.cloud.wait_for("t1")[0] == "ok"
    assert world.journal.running() == []
    world.stop()
    world.journal.close()


def test_secrets_and_what_grows_old_are_asked_again(world: World) -> None:
    domain = world.a_running_domain()
    envelope = world.cloud.send(OpenConsole(domain=domain.id), "t1", resource=domain.id)
    assert world.cloud.wait_for("t1")[1]["port"] == 5900
    settled(lambda: world.journal.result(envelope.id) is None)
    world.hypervisor.stop(domain.id, forced=True, grace_seconds=0)
    world.cloud.push(envelope.model_copy(update={"token": "t2"}))
    assert world.cloud.wait_for("t2")[0] == "DomainNotRunning"


def test_heartbeats_are_signed_numbered_and_complete_at_first(world: World) -> None:
    world.cloud.send(AttachPool(pool=POOL), "t1")
    world.cloud.wait_for("t1")
    first, *_, last = world.cloud.wait_for_report("heartbeat", 3)
    assert first["domains"] == []
    assert last["domains"] is None
    assert [pool["id"] for pool in last["pools"]] == [POOL.id]
    sequence = [report.sequence for report in world.cloud.reports]
    assert sequence == sorted(set(sequence))
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(world.identity.private_key)).public_key()
    for report in world.cloud.reports:
        key.verify(base64.b64decode(report.signature), report.signed_bytes())


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
