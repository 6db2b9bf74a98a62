"""Two operations at the same time: one wins, or both; whoever loses is told in the contract's words; all of it ends well.

The second operation comes where it hurts most: between what the first has read and what it writes, and into its flow.
"""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import pytest

from javelin.data.records.job import JobStatus
from javelin.data.transaction import Transaction
from tests.cloud import Refused
from tests.flows import invariants
from tests.flows.matrix import shape
from tests.flows.scenarios import SCENARIOS, plain
from tests.flows.stage import NoGuest, Stage

BUSY = (530, "Another job is at work on this; wait until it has ended, then repeat.")
PAIRS = [(first, second) for first in plain() for second in plain()]


def attempt(stage: Stage, flow: str) -> bool:
    """Start the flow; whether it was taken. What is refused is refused with a sentence, not with a failure."""
    try:
        SCENARIOS[flow].start(stage)
    except NoGuest:
        return False
    except Refused as error:
        refused = error
    else:
        return True
    assert refused.code in range(431, 538), refused
    assert refused.code != BUSY[0] or refused.text == BUSY[1], refused
    assert refused.text.endswith("."), refused.text
    return False


def all_is_well(stage: Stage) -> None:
    """Every job ended, none is stuck, and everything adds up."""
    invariants.check(stage.world)
    assert not invariants.stuck_jobs(stage.world)
    failed = [job["result"] for job in stage.world.records("Job") if job["status"] == int(JobStatus.FAILED)]
    assert not [result for result in failed if "made to fail" in str(result)]


def at_work(stage: Stage, before: set[str]) -> list[str]:
    """The resource of every job that came since and works: one that found done what it was to do has no flow."""
    new = [job for job in stage.world.records("Job") if job["id"] not in before]
    return [job["resource_id"] for job in new if job.get("flow") and job["status"] == int(JobStatus.PENDING)]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_between_reading_and_writing(stage: Stage, first: str, second: str) -> None:
    stage.put(SCENARIOS[first])
    commit, waiting = Transaction.commit, [second]

    def overtaken(transaction: Transaction) -> None:
        while waiting:
            attempt(stage, waiting.pop())
        commit(transaction)

    jobs = {job["id"] for job in stage.world.records("Job")}
    with patch.object(Transaction, "commit", overtaken):
        attempt(stage, first)
    taken = Counter(at_work(stage, jobs))
    assert set(taken.values()) == {1}, f"two jobs work on one resource: {taken}"
    stage.world.finish()
    all_is_well(stage)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_into_the_flow(stage: Stage, first: str, second: str) -> None:
    for state in {*shape(first).forward[:1], *shape(first).forward[-1:]}:
        stage.put(SCENARIOS[first])
        waiting, together = intrude(stage, state, second)
        attempt(stage, first)
        stage.world.finish()
        assert not waiting
        assert not together, f"two jobs worked on one resource at a time: {together}"
        all_is_well(stage)


def intrude(stage: Stage, state: str, flow: str) -> tuple[list[str], Counter[str]]:
    """Have the flow attempted as another enters the state. Answers what did not come yet, and the resources of two jobs."""
    before = {job["id"] for job in stage.world.records("Job")}
    waiting, together = [flow], Counter[str]()

    def comes(entered: str) -> None:
        while waiting and entered == state:
            attempt(stage, waiting.pop())
        together.update(one for one, jobs in Counter(at_work(stage, before)).items() if jobs > 1)

    stage.world.on_entry = comes
    return waiting, together
