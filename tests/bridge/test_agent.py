"""The agent's loop against a cloud in memory: order, repeats, fences, poison, silence."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from javelin.messaging.host_commands import (
    AttachPool,
    DestroyDomain,
    OpenConsole,
    StartDomain,
    StopDomain,
    TellAll,
)
from tests.bridge.agent_world import POOL, WORKERS, SlowStart, World, settled
from tests.bridge.fake_cloud import signed
from tests.bridge.guests import a_domain, new_id


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
    assert [part["name"] for part in answer["trace"]["parts"]] == ["cut power and undefine", "release networks"]
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


def test_a_host_that_is_busy_with_all_its_workers_is_not_lost(tmp_path: Path) -> None:
    world = World(tmp_path)
    slow = world.hypervisor = SlowStart()
    world.start()
    for number in range(WORKERS):
        domain = world.a_ready_domain()
        world.cloud.send(StartDomain(domain=domain), f"t{number}", resource=domain.id)
    settled(lambda: slow.starts == WORKERS)
    seen = len(world.cloud.wait_for_report("heartbeat", 1))
    world.cloud.wait_for_report("heartbeat", seen + 2)
    slow.go.set()
    for number in range(WORKERS):
        assert world.cloud.wait_for(f"t{number}")[0] == "ok"
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


def test_a_host_that_is_asked_tells_of_everything_before_it_answers(world: World) -> None:
    domain = world.a_running_domain()
    world.cloud.wait_for_report("heartbeat", 2)
    before = len(world.cloud.reports)
    world.cloud.send(TellAll(), "t1")
    assert world.cloud.wait_for("t1")[0] == "ok"
    beats = [report.body["domains"] for report in world.cloud.reports[before:] if report.kind == "heartbeat"]
    assert [domain.id] in [[one["id"] for one in domains or ()] for domains in beats]


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
