"""Ended jobs: failed ones tried again, stuck ones run again or undone again, and the last change taken back."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.fabric_monitoring import _guests
from functions.orchestration import _ended
from functions.orchestration.resume_async_job import AGAIN
from functions.orchestration.undo_async_job import OPPOSITE
from javelin.contract.caller import EVERYONE
from javelin.data.records.host import Host
from javelin.data.records.job import JobStatus
from javelin.discovery import names
from tests.cloud import Context, Refused, handlers
from tests.flows import invariants
from tests.flows.faults import Fault, Kind
from tests.flows.matrix import DONE, STUCK, UNDONE, look, shape
from tests.flows.scenarios import SCENARIOS, covered, guest_is
from tests.flows.stage import Stage
from tests.flows.test_cancel import newest
from tests.flows.world import functions_by_name

Json = dict[str, Any]
FAILING = [(flow, state) for flow in covered() if SCENARIOS[flow].flow in AGAIN for state in shape(flow).forward]
STICKING = [(flow, state) for flow in covered() for state in shape(flow).backward]


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations that orchestration invokes run here."""

    def call(component: str, name: str, payload: Json) -> Any:
        return functions_by_name()[names.function(component, name)](payload, Context())

    monkeypatch.setattr(_ended, "call", call)


def again(stage: Stage, command: str, job: str) -> Json:
    """Call the command on the job and let everything end; the job that the answer names."""
    answer = stage.world.cloud.call(command, jobid=job)
    stage.world.finish()
    heartbeats(stage)
    invariants.check(stage.world)
    return next(one for one in stage.world.records("Job") if one["id"] == answer["jobid"])


def heartbeats(stage: Stage) -> None:
    """Some minutes later every host lists its guests: one that is off though its stop was undone is found then."""
    later = datetime.now(UTC) + 2 * _guests.SETTLED
    for key, host in stage.world.hosts.items():
        _guests.sync(Host.require(key), host.hypervisor.domains(), later, complete=True)


def run(stage: Stage, flow: str, *faults: Fault) -> tuple[Json, str]:
    """The flow with faults; its job and how it ended."""
    scenario = SCENARIOS[flow]
    before = stage.put(scenario)
    stage.world.faults = list(faults)
    scenario.start(stage)
    stage.world.finish()
    end = look(stage, scenario, before)
    stage.world.faults = []
    return newest(stage), end


@pytest.mark.parametrize(("flow", "state"), FAILING)
def test_what_failed_is_tried_again_under_a_new_job(stage: Stage, flow: str, state: str) -> None:
    failed, end = run(stage, flow, Fault(state, Kind.BEFORE))
    assert end == UNDONE
    job = None
    with suppress(Refused):  # right only where it is done already
        job = again(stage, "resumeAsyncJob", failed["id"])
    if job is not None:
        assert job["id"] != failed["id"]
        assert job["status"] == JobStatus.SUCCEEDED
        if job.get("flow"):
            with pytest.raises(Refused, match="not the last one"):
                again(stage, "resumeAsyncJob", failed["id"])
        else:  # it found done what it was to do and worked on nothing: so may another
            assert again(stage, "resumeAsyncJob", failed["id"])["status"] == JobStatus.SUCCEEDED
    assert not SCENARIOS[flow].done(stage)


@pytest.mark.parametrize(("flow", "state"), STICKING)
def test_a_stuck_job_goes_on(stage: Stage, flow: str, state: str) -> None:
    stuck, end = run(stage, flow, Fault(shape(flow).cause[state], Kind.BEFORE), Fault(state, Kind.BEFORE))
    assert end == STUCK
    job = again(stage, "resumeAsyncJob", stuck["id"])
    assert job["id"] == stuck["id"]
    assert job["status"] == JobStatus.SUCCEEDED
    assert not SCENARIOS[flow].done(stage)


@pytest.mark.parametrize(("flow", "state"), STICKING)
def test_a_stuck_job_is_undone_again(stage: Stage, flow: str, state: str) -> None:
    before = stage.put(SCENARIOS[flow])
    stuck, end = run(stage, flow, Fault(shape(flow).cause[state], Kind.BEFORE), Fault(state, Kind.BEFORE))
    assert end == STUCK
    job = again(stage, "undoAsyncJob", stuck["id"])
    assert (job["id"], job["status"]) == (stuck["id"], JobStatus.CANCELLED)
    assert look(stage, SCENARIOS[flow], before) == UNDONE


@pytest.mark.parametrize(
    ("flow", "state"),
    [
        ("compute/deploy_virtual_machine", "Destroyed"),
        ("compute/start_virtual_machine", "Stopped"),
        ("compute/stop_virtual_machine", "Running"),
        ("compute/destroy_virtual_machine", "Stopped"),
    ],
)
def test_the_last_change_is_taken_back(stage: Stage, flow: str, state: str) -> None:
    done, end = run(stage, flow)
    assert end == DONE
    job = again(stage, "undoAsyncJob", done["id"])
    assert job["status"] == JobStatus.SUCCEEDED
    assert not guest_is(state)(stage)
    with pytest.raises(Refused) as refused:
        again(stage, "undoAsyncJob", done["id"])
    assert refused.value.code == 431


def test_only_the_last_change_can_be_taken_back(stage: Stage) -> None:
    stopped, _ = run(stage, "compute/stop_virtual_machine")
    stage.call("startVirtualMachine", id=stage.machine_id())
    stage.world.finish()
    with pytest.raises(Refused, match=r"431 .* not the last one"):
        again(stage, "undoAsyncJob", stopped["id"])
    assert not guest_is("Running")(stage)


def test_what_is_under_way_is_neither(stage: Stage) -> None:
    stage.put(SCENARIOS["compute/stop_virtual_machine"])
    SCENARIOS["compute/stop_virtual_machine"].start(stage)
    for command in ("resumeAsyncJob", "undoAsyncJob"):
        with pytest.raises(Refused, match=r"431 .* under way"):
            again(stage, command, newest(stage)["id"])
    stage.world.finish()


def test_what_succeeded_is_not_resumed_and_what_was_undone_not_undone(stage: Stage) -> None:
    done, _ = run(stage, "compute/reboot_virtual_machine")
    with pytest.raises(Refused, match=r"431 .* nothing to resume"):
        again(stage, "resumeAsyncJob", done["id"])
    with pytest.raises(Refused, match=r"431 .* cannot be taken back"):
        again(stage, "undoAsyncJob", done["id"])
    failed, _ = run(stage, "compute/deploy_virtual_machine", Fault("Place", Kind.BEFORE))
    with pytest.raises(Refused, match=r"431 .* deploy again"):
        again(stage, "resumeAsyncJob", failed["id"])
    with pytest.raises(Refused, match=r"431 .* nothing is left"):
        again(stage, "undoAsyncJob", failed["id"])


def test_jobs_of_others_are_as_if_they_were_not(stage: Stage) -> None:
    done, _ = run(stage, "compute/stop_virtual_machine")
    eve = stage.world.cloud.caller("eve")
    for command in ("resumeAsyncJob", "undoAsyncJob"):
        with pytest.raises(Refused, match="Unable to find job"):
            stage.world.cloud.call(command, eve, jobid=done["id"])


def test_whoever_may_call_these_may_call_what_they_call() -> None:
    paths = {path for path, _ in AGAIN.values()} | set(OPPOSITE.values())
    called = {one.command: one for one in handlers().values() if "/".join(one.module.split(".")[1:]) in paths}
    assert len(called) == len(paths)
    assert {command for command, one in called.items() if one.roles != EVERYONE} == set()
