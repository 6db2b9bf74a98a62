"""What the platform loses is found: flows that never started, that were lost too often, that never end, told twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import pytest

from functions.orchestration.actions import reconcile, settle_execution
from javelin.data.records.job import Job, JobStatus
from javelin.flow import executions, jobs
from tests.cloud import Context, Refused
from tests.flows import invariants
from tests.flows.engine import Task
from tests.flows.faults import Fault, Kind
from tests.flows.matrix import STUCK, look, shape
from tests.flows.scenarios import SCENARIOS, covered
from tests.flows.stage import Stage
from tests.flows.test_cancel import newest
from tests.flows.world import World

Json = dict[str, Any]


class Died(Exception):
    """The process of the operation."""


def reconciled(**event: Any) -> Json:
    """One run of the reconciler, for which no job is too young."""
    found: Json = reconcile.handler({"now": True, **event}, Context())
    return found


def killed_before_its_flow_starts(stage: Stage, flow: str, monkeypatch: pytest.MonkeyPatch) -> Json:
    """Start a scenario whose operation dies when its transaction is committed; the cloud's picture before."""
    before = stage.put(SCENARIOS[flow])

    def die(job: Job) -> None:
        raise Died

    with monkeypatch.context() as patches:
        patches.setattr(jobs, "execute", die)
        with pytest.raises((Refused, Died)):
            SCENARIOS[flow].start(stage)
    return before


@pytest.mark.parametrize("flow", covered())
def test_a_job_whose_flow_never_started_is_started(stage: Stage, flow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_before_its_flow_starts(stage, flow, monkeypatch)
    stage.world.finish()
    assert newest(stage)["status"] == JobStatus.PENDING
    assert reconciled(now=False) == {}, "a job this young may be about to start"
    assert reconciled(dry_run=True) == {"restarted": 1}
    stage.world.finish()
    assert newest(stage)["status"] == JobStatus.PENDING, "a dry run changes nothing"
    assert reconciled() == {"restarted": 1}
    stage.world.finish()
    invariants.check(stage.world)
    assert not SCENARIOS[flow].done(stage)
    assert reconciled() == {}


@pytest.mark.parametrize("flow", covered())
def test_a_flow_that_is_lost_every_time_gets_stuck(stage: Stage, flow: str) -> None:
    before = stage.put(SCENARIOS[flow])
    first = shape(flow).forward[0]
    stage.world.faults = [Fault(first, Kind.KILLED_BEFORE) for _ in range(reconcile.ATTEMPTS)]
    stage.world.away = True
    SCENARIOS[flow].start(stage)
    stage.world.finish()
    assert stage.world.visited == [first] * reconcile.ATTEMPTS
    assert look(stage, SCENARIOS[flow], before) == STUCK
    assert reconciled() == {"away": 1}


@pytest.mark.parametrize("flow", covered())
def test_what_does_not_end_in_its_time_is_stopped_and_runs_again(
    stage: Stage, flow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.put(SCENARIOS[flow])
    perform, told = stage.world.engine.perform, list[Json]()

    def late(task: Task) -> Any:
        answer = perform(task)
        of_flow = [row["id"] for row in stage.world.records("Job") if row.get("flow") == SCENARIOS[flow].flow]
        job = Job.require(max(of_flow))
        if not told and not job.ended:
            begun = len([row for row in stage.world.records("Job") if row["status"] == int(JobStatus.PENDING)]) - 1

            def of_its_own(**how: Any) -> Json:
                """What is found of the job, beside those that it has begun, which run."""
                return dict(Counter(reconciled(**how)) - Counter(running=begun))

            told.append(of_its_own())
            job.change(Job.deadline.set(datetime.now(UTC) - timedelta(seconds=1)))
            told.append(of_its_own(dry_run=True))
            assert executions.status(job) == "RUNNING"
            told.append(of_its_own())
        return answer

    monkeypatch.setattr(stage.world.engine, "perform", late)
    SCENARIOS[flow].start(stage)
    stage.world.finish()
    first, *more = shape(flow).forward
    waited = bool(more) or stage.world.visited.count(first) > 1  # a flow of one step is over when its function is
    assert told == ([{"running": 1}, {"overdue": 1}, {"overdue": 1}] if waited else [])
    invariants.check(stage.world)
    job = max(
        (row for row in stage.world.records("Job") if row.get("flow") == SCENARIOS[flow].flow), key=itemgetter("id")
    )
    assert (job["status"], job["attempt"]) == (JobStatus.SUCCEEDED, 2 if waited else 1)
    assert not SCENARIOS[flow].done(stage)


def told_again(world: World) -> Callable[[Job], str | None]:
    """Between the first settler's look at the execution and its write, everybody else who settles does so."""
    failure = {"detail": world.engine.ended[0]}
    status = executions.status
    others: list[Callable[[], Any]] = [reconciled, lambda: settle_execution.handler(failure, Context())]

    def looked(job: Job) -> str | None:
        found = status(job)
        while others:
            others.pop()()
        return found

    return looked


def test_who_settles_at_the_same_time_starts_one_execution(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = "compute/stop_virtual_machine"
    stage.put(SCENARIOS[flow])
    SCENARIOS[flow].start(stage)
    job = Job.require(newest(stage)["id"])
    executions.stop(job, "Killed", "by a test")
    event = {"detail": stage.world.engine.ended[0]}
    monkeypatch.setattr(executions, "status", told_again(stage.world))
    settle_execution.handler(event, Context())
    settle_execution.handler(event, Context())
    assert int(Job.require(job.id).attempt) == 2
    assert len(stage.world.engine.started) == 2, "the first, and one more"
    stage.world.finish()
    invariants.check(stage.world)
    assert not SCENARIOS[flow].done(stage)


@pytest.mark.parametrize("flow", covered())
def test_events_that_cannot_be_told_fail_nothing(stage: Stage, flow: str) -> None:
    stage.put(SCENARIOS[flow])
    stage.world.topics.deaf = True
    SCENARIOS[flow].start(stage)
    stage.world.finish()
    invariants.check(stage.world)
    assert newest(stage)["status"] == JobStatus.SUCCEEDED
    assert not SCENARIOS[flow].done(stage)


@pytest.mark.parametrize("flow", [one for one in covered() if shape(one).marks])
def test_a_job_does_not_end_stuck_before_an_alarm_was_raised(stage: Stage, flow: str) -> None:
    before = stage.put(SCENARIOS[flow])
    undo = shape(flow).backward[0]
    again = reconcile.ATTEMPTS
    stage.world.faults = [Fault(shape(flow).cause[undo], Kind.BEFORE) for _ in range(again)]
    stage.world.faults += [Fault(undo, Kind.BEFORE) for _ in range(again)]
    stage.world.topics.deaf = stage.world.away = True
    SCENARIOS[flow].start(stage)
    with pytest.raises(Exception, match="nobody answers"):
        stage.world.finish()
    assert newest(stage)["status"] == JobStatus.PENDING
    stage.world.topics.deaf = False
    assert reconciled() == {"stuck": 1}
    assert look(stage, SCENARIOS[flow], before) == STUCK
