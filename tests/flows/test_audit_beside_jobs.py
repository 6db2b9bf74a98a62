"""The audit and the reconciler come by while jobs are at work: what is right stays as it is."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from functions.orchestration.actions import audit, reconcile
from javelin.data.records.job import JobStatus
from tests.cloud import Context
from tests.flows.arranging import audited, counted
from tests.flows.matrix import DONE, look, shape
from tests.flows.scenarios import SCENARIOS, covered
from tests.flows.stage import Stage, deploy, expunge

Json = dict[str, Any]
CYCLES = 4


def put(stage: Stage, flow: str) -> tuple[Json, Callable[[], None]]:
    """The cloud before a flow, which was audited; its picture, and what lets the lists' counts follow the records."""
    before = stage.put(SCENARIOS[flow])
    stream = counted(stage)
    audited(stage)
    return before, stream.flow


@pytest.mark.parametrize("flow", covered())
def test_between_any_two_steps_nothing_is_put_right(stage: Stage, flow: str) -> None:
    before, follow = put(stage, flow)
    told, entered = list[str](), list[str]()

    def comes_by(state: str) -> None:
        follow()
        entered.append(state)
        answer: Json = {"rounds": 0}
        while not answer["rounds"]:
            answer = audit.handler({"now": True}, Context())
            told.extend(answer["told"])
        found = reconcile.handler({"now": True}, Context())
        under_way = [job for job in stage.world.records("Job") if job["status"] == int(JobStatus.PENDING)]
        assert found == {"running": len(under_way)}, f"before {state}"

    earlier = {job["id"] for job in stage.world.records("Job")}
    stage.world.on_entry = comes_by
    SCENARIOS[flow].start(stage)
    stage.world.finish()
    stage.world.on_entry = lambda state: None
    begun = {job["flow"] for job in stage.world.records("Job") if job["id"] not in earlier and job.get("flow")}
    others = {state for one in begun - {SCENARIOS[flow].flow} for state in shape(one).forward}
    assert set(entered) == {*shape(flow).forward, *others}
    assert not told
    assert look(stage, SCENARIOS[flow], before) == DONE


@pytest.mark.parametrize("seed", range(3))
def test_an_audit_that_goes_through_a_cloud_while_it_changes_puts_nothing_right(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(audit, "MOST_READ", 1)
    _, follow = put(stage, "compute/deploy_virtual_machine")
    chance, rounds, repaired = random.Random(seed), list[int](), list[str]()

    def comes_by(state: str) -> None:
        follow()
        for _ in range(chance.randrange(4)):
            answer = audit.handler({"now": True}, Context())
            rounds.append(answer["rounds"])
            repaired.extend(line for line in answer["told"] if not line.startswith("suspect"))

    stage.world.on_entry = comes_by
    for _ in range(CYCLES):
        deploy(stage)
        stage.world.finish()
        expunge(stage)
    stage.world.on_entry = lambda state: None
    assert sum(rounds) >= 2
    assert not repaired
