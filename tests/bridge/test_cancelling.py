"""Cancelled commands: those that wait, those that run, those that come later, and those that are done."""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Event, Timer

import pytest

from bridge import cancelling
from bridge.errors import Cancelled
from bridge.hypervisor.simulated import SimulatedHypervisor
from bridge.storage.directory import DirectoryStorage
from bridge.storage.tools import qemu_img
from bridge.storage.transfer import upload
from javelin.messaging.host_commands import CancelCommand, DestroyDomain, Image, Pool, StartDomain, StopDomain, Volume
from tests.bridge.agent_world import SlowStart, World, settled
from tests.bridge.guests import new_id
from tests.bridge.web import a_web

MIB = 1 << 20


def test_a_command_that_waits_is_answered_at_once(tmp_path: Path) -> None:
    world, slow = World(tmp_path), SlowStart()
    world.hypervisor = slow
    world.start()
    try:
        domain = world.a_ready_domain()
        world.cloud.send(StartDomain(domain=domain), "start", resource=domain.id)
        assert slow.begun.wait(20)
        waiting = world.cloud.send(DestroyDomain(domain=domain.id), "destroy", resource=domain.id)
        world.cloud.send(CancelCommand(command=waiting.id), resource=domain.id)
        assert world.cloud.wait_for("destroy")[0] == "Cancelled"
        slow.go.set()
        assert world.cloud.wait_for("start")[0] == "ok"
        settled(lambda: not world.cloud.held)
        assert slow.state(domain.id).state == "Running"
    finally:
        slow.go.set()
        world.stop()


def test_a_guest_that_does_not_go_off_is_left_alone(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.hypervisor = SimulatedHypervisor(latency={"stop": 600})
    world.start()
    try:
        domain = world.a_running_domain()
        running = world.cloud.send(StopDomain(domain=domain.id), "stop", resource=domain.id)
        settled(lambda: world.journal.running() == [running.id])
        world.cloud.send(CancelCommand(command=running.id), resource=domain.id)
        assert world.cloud.wait_for("stop")[0] == "Cancelled"
        assert world.hypervisor.state(domain.id).state == "Running"
        assert world.journal.wanted(domain.id) is not None
        world.cloud.open.add("again")
        world.cloud.push(running.model_copy(update={"token": "again"}))
        assert world.cloud.wait_for("again")[0] == "Cancelled"
    finally:
        world.stop()


def test_a_command_that_comes_after_its_cancel_is_not_begun(world: World) -> None:
    domain = world.a_ready_domain()
    late = new_id()
    world.cloud.send(CancelCommand(command=late), resource=domain.id)
    settled(lambda: not world.cloud.queue and not world.cloud.held)
    world.cloud.send(StartDomain(domain=domain), "late", resource=domain.id, id=late)
    assert world.cloud.wait_for("late")[0] == "Cancelled"
    assert world.hypervisor.state(domain.id).state == "Absent"


def test_what_is_done_stays_done(world: World) -> None:
    domain = world.a_ready_domain()
    done = world.cloud.send(StartDomain(domain=domain), "first", resource=domain.id)
    assert world.cloud.wait_for("first")[0] == "ok"
    world.cloud.send(CancelCommand(command=done.id), resource=domain.id)
    world.cloud.open.add("again")
    world.cloud.push(done.model_copy(update={"token": "again"}))
    assert world.cloud.wait_for("again")[0] == "ok"
    assert world.hypervisor.state(domain.id).state == "Running"


def test_a_tool_is_killed(tmp_path: Path) -> None:
    file, unwanted = tmp_path / "file", Event()
    qemu_img("create", "-q", "-f", "raw", file, "1M", seconds=60)
    timer = Timer(0.3, unwanted.set)
    timer.start()
    with cancelling.heeding(unwanted), pytest.raises(Cancelled):
        qemu_img("bench", "-f", "raw", "-c", "2000000000", "-s", "512", file, seconds=250)
    timer.join()


def test_a_download_and_an_upload_leave_nothing(tmp_path: Path) -> None:
    unwanted = Event()
    unwanted.set()
    pool = Pool(id=new_id(), path=str(tmp_path / "pool"))
    storage = DirectoryStorage(tmp_path)
    storage.attach(pool)
    with a_web() as web:
        web.served["/image"] = content = b"x" * (3 * MIB)
        image = Image(
            id=new_id(), url=web.url("/image"), sha256=hashlib.sha256(content).hexdigest(), virtual_size=MIB
        )  # fmt: skip
        with cancelling.heeding(unwanted), pytest.raises(Cancelled):
            storage.create(Volume(id=new_id(), pool=pool, size=4 * MIB, image=image))
        source = tmp_path / "source"
        source.write_bytes(content)
        with source.open("rb") as file, cancelling.heeding(unwanted), pytest.raises(Cancelled):
            upload(file, len(content), web.url("/up"))
    assert [path for path in Path(pool.path).rglob("*") if path.is_file() and path.suffix != ".lock"] == []


def test_waiting_ends_with_the_event_with_time_or_with_the_cancel() -> None:
    done, unwanted = Event(), Event()
    with cancelling.heeding(unwanted):
        assert not cancelling.wait_for(done, 0.01)
        cancelling.pause(0.001)
        unwanted.set()
        with pytest.raises(Cancelled):
            cancelling.wait_for(done, 60)
        with pytest.raises(Cancelled):
            cancelling.pause(60)
    done.set()
    assert cancelling.wait_for(done, 0)
