"""Jobs cancelled in every state of every flow: before its function, while a host works, after a kill, while undoing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from javelin.data.records.job import JobStatus
from tests.cloud import Refused
from tests.flows.engine import Task
from tests.flows.faults import Fault, Kind
from tests.flows.matrix import DONE, UNDONE, look, repeat, shape
from tests.flows.scenarios import SCENARIOS, covered
from tests.flows.stage import Stage

FORWARD = [(flow, state) for flow in covered() for state in shape(flow).forward]
BACKWARD = [(flow, state) for flow in covered() for state in shape(flow).backward]


def newest(stage: Stage) -> dict[str, Any]:
    """The job that the scenario started."""
    return max(stage.world.records("Job"), key=lambda one: str(one["id"]))


def cancel(stage: Stage) -> None:
    """Whoever governs the job cancels it."""
    stage.world.cloud.call("cancelAsyncJob", jobid=newest(stage)["id"])


def once(state: str, act: Callable[[], None]) -> Callable[[str], None]:
    """What to do when the state is entered for the first time."""
    waiting = [act]

    def entered(name: str) -> None:
        if name == state and waiting:
            waiting.pop()()

    return entered


def play(stage: Stage, flow: str, prepare: Callable[[], None]) -> tuple[str, int]:
    """One run; how it ended, after everything was looked at, and the job's status."""
    scenario = SCENARIOS[flow]
    before = stage.put(scenario)
    prepare()
    scenario.start(stage)
    stage.world.finish()
    job = newest(stage)
    assert job.get("cancelled_at"), "it was not cancelled"
    end = look(stage, scenario, before)
    stage.world.on_entry = lambda state: None
    if end == UNDONE:
        repeat(stage, scenario)
    return end, job["status"]


@pytest.mark.parametrize(("flow", "state"), FORWARD)
def test_before_a_state(stage: Stage, flow: str, state: str) -> None:
    def prepare() -> None:
        stage.world.on_entry = once(state, lambda: cancel(stage))

    assert play(stage, flow, prepare) == (UNDONE, JobStatus.CANCELLED)


@pytest.mark.parametrize("first", ["cancel first", "command first"])
@pytest.mark.parametrize(("flow", "state"), FORWARD)
def test_while_a_host_works(stage: Stage, monkeypatch: pytest.MonkeyPatch, flow: str, state: str, first: str) -> None:
    perform = stage.world.engine.perform
    waiting = [True]
    asked: list[Any] = []

    def under_way(task: Task) -> Any:
        answer = perform(task)
        if task.state == state and waiting and not newest(stage)["status"]:
            waiting.pop()
            asked.extend(stage.world.queues.mail)
            cancel(stage)
            if first == "cancel first":
                stage.world.queues.mail.rotate(1)
        return answer

    scenario, last = SCENARIOS[flow], shape(flow).forward[-1]
    before = stage.put(scenario)
    monkeypatch.setattr(stage.world.engine, "perform", under_way)
    scenario.start(stage)
    stage.world.finish()
    end, job = look(stage, scenario, before), newest(stage)
    if state == last:
        assert (end, job.get("cancelled_at")) == (DONE, None), "the last step had ended the job"
        return
    assert (end, job["status"]) == (UNDONE, JobStatus.CANCELLED)
    if asked and first == "cancel first":
        assert state in {note["step"] for note in job["steps"] if note["phase"] == "do"}
        assert shape(flow).forward[shape(flow).forward.index(state) + 1] not in stage.world.visited


@pytest.mark.parametrize(("flow", "state"), [one for one in FORWARD if one[1] != shape(one[0]).forward[-1]])
def test_after_a_kill(stage: Stage, flow: str, state: str) -> None:
    """The flow runs again from the start: what the first run did is undone too."""
    first = shape(flow).forward[0]

    def prepare() -> None:
        def again(name: str) -> None:
            if name == first and stage.world.visited.count(first) > 1 and not newest(stage).get("cancelled_at"):
                cancel(stage)

        stage.world.faults = [Fault(state, Kind.KILLED_DONE)]
        stage.world.on_entry = again

    assert play(stage, flow, prepare) == (UNDONE, JobStatus.CANCELLED)


@pytest.mark.parametrize(("flow", "state"), BACKWARD)
def test_what_is_being_undone_goes_on(stage: Stage, flow: str, state: str) -> None:
    def prepare() -> None:
        stage.world.faults = [Fault(shape(flow).cause[state], Kind.BEFORE)]
        stage.world.on_entry = once(state, lambda: cancel(stage))

    assert play(stage, flow, prepare) == (UNDONE, JobStatus.FAILED)


def test_an_ended_job_cannot_be_cancelled(stage: Stage) -> None:
    stage.put(SCENARIOS["compute/stop_virtual_machine"])
    SCENARIOS["compute/stop_virtual_machine"].start(stage)
    stage.world.finish()
    with pytest.raises(Refused, match="ended already"):
        cancel(stage)
