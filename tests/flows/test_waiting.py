"""Jobs whose host is away while they are done and while they are undone: they wait, and no resource stays stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.orchestration.actions import reconcile
from javelin.data.records.job import Job, JobStatus
from javelin.flow import waiting
from tests.flows import invariants
from tests.flows.faults import Fault, Kind
from tests.flows.matrix import DONE, UNDONE, look, shape
from tests.flows.scenarios import SCENARIOS, covered
from tests.flows.stage import Stage
from tests.flows.test_cancel import newest

Json = dict[str, Any]
DEPLOY = "compute/deploy_virtual_machine"
ASKING = {
    flow: [undo for undo, do in shape(flow).undone.items() if {undo, do} <= shape(flow).calls_back]
    for flow in covered()
}
AWAY = [(flow, states[-1]) for flow, states in ASKING.items() if states]  # the others are in test_replies


def waits(stage: Stage, flow: str = DEPLOY, state: str = "UndoStartDomain") -> Json:
    """Run the flow while the host of a state and of its undo is away; the picture before it."""
    before = stage.put(SCENARIOS[flow])
    stage.world.away = True
    stage.world.faults = [Fault(shape(flow).undone[state], Kind.LOST), Fault(state, Kind.LOST)]
    SCENARIOS[flow].start(stage)
    stage.world.finish()
    return before


@pytest.mark.parametrize(("flow", "state"), AWAY)
def test_a_job_goes_on_when_its_host_is_heard_of_and_not_before(stage: Stage, flow: str, state: str) -> None:
    before, world = waits(stage, flow, state), stage.world
    for _ in range(2):
        assert world.reconcile(waiting.LONG_PAUSE) == {"waiting": 1}
        world.finish()
        assert newest(stage)["status"] == JobStatus.PENDING
    assert [lease["owner"] for lease in world.records("Lease") if lease.get("owner")] == [newest(stage)["id"]]
    assert not world.topics.alarms
    world.away = False
    world.finish()
    assert look(stage, SCENARIOS[flow], before) == DONE
    assert newest(stage)["attempt"] == 2


def test_a_cancelled_job_that_waits_is_undone(stage: Stage) -> None:
    before = waits(stage)
    stage.call("cancelAsyncJob", jobid=newest(stage)["id"])
    stage.world.away = False
    stage.world.finish()
    assert look(stage, SCENARIOS[DEPLOY], before) == UNDONE
    assert newest(stage)["status"] == JobStatus.CANCELLED


def test_a_job_whose_host_stays_away_is_stuck_and_told_and_undone_when_the_host_is_back(stage: Stage) -> None:
    before, world = waits(stage), stage.world
    Job.require(newest(stage)["id"]).change(Job.deadline.set(datetime.now(UTC) - timedelta(seconds=1)))
    assert world.reconcile(0) == {"stuck": 1}
    assert newest(stage)["error"] == "Stuck"
    assert newest(stage)["result"]["errortext"] == reconcile.AWAY
    assert len(world.topics.alarms) == 1
    (held,) = (lease for lease in world.records("Lease") if lease.get("owner"))
    assert held["stuck"] == reconcile.AWAY
    assert world.reconcile(waiting.LONG_PAUSE) == {"away": 1}
    assert Job.require(newest(stage)["id"]).deadline > datetime.now(UTC), "it is in the way of jobs under way"
    world.away = False
    world.finish()
    assert look(stage, SCENARIOS[DEPLOY], before) == UNDONE
    assert len(world.topics.alarms) == 1


def test_a_job_that_is_lost_over_and_over_is_stuck_and_undone_after_a_while(stage: Stage) -> None:
    before, world = stage.put(SCENARIOS[DEPLOY]), stage.world
    world.faults = [Fault("StartDomain", Kind.KILLED_BEFORE) for _ in range(reconcile.ATTEMPTS)]
    world.away = True
    SCENARIOS[DEPLOY].start(stage)
    world.finish()
    assert newest(stage)["error"] == "Stuck"
    assert world.reconcile(1) == {"away": 1}
    world.away = False
    world.finish()
    assert look(stage, SCENARIOS[DEPLOY], before) == UNDONE


def test_what_cannot_be_undone_is_left_to_operators(stage: Stage) -> None:
    stage.put(SCENARIOS[DEPLOY])
    stage.world.faults = [Fault("StartDomain", Kind.REFUSED), Fault("UndoStartDomain", Kind.REFUSED)]
    SCENARIOS[DEPLOY].start(stage)
    stage.world.finish()
    assert newest(stage)["error"] == "Stuck"
    assert stage.world.reconcile(waiting.LONG_PAUSE) == {}
    invariants.check(stage.world)
