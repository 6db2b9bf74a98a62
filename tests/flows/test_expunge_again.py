"""An expunge that failed has no way back and needs nobody to go on: guests that are half gone do not stay."""

from __future__ import annotations

import time

import pytest

from functions.compute.actions import expunge_due
from functions.compute.actions.finish_expunge import AGAIN, GOES_ON
from javelin.data.records.job import JobStatus
from tests.flows.faults import Fault, Kind
from tests.flows.matrix import DONE, UNDONE, look, shape
from tests.flows.scenarios import SCENARIOS, covered
from tests.flows.stage import Stage
from tests.flows.test_cancel import newest

EXPUNGES = [name for name in covered() if SCENARIOS[name].flow == "compute/expunge_virtual_machine"]
CASES = [(name, state) for name in EXPUNGES for state in sorted(shape(name).calls_back)]


@pytest.mark.parametrize(("flow", "state"), CASES)
def test_what_an_expunge_left_is_expunged_by_the_clock(stage: Stage, flow: str, state: str) -> None:
    before, world = stage.put(SCENARIOS[flow]), stage.world
    world.faults = [Fault(state, Kind.LOST)]
    SCENARIOS[flow].start(stage)
    world.finish()
    assert look(stage, SCENARIOS[flow], before) == UNDONE
    failed = newest(stage)
    assert failed["result"]["errortext"] == f"The host that worked on it stopped answering; {GOES_ON}."
    assert expunge_due.run({"now": time.time() + AGAIN - 60}) == 0
    assert expunge_due.run({"now": time.time() + AGAIN + 60}) == 1
    assert expunge_due.run({"now": time.time() + AGAIN + 60}) == 0, "a job is at it"
    world.finish()
    assert look(stage, SCENARIOS[flow], before) == DONE
    assert newest(stage)["id"] != failed["id"]
    assert newest(stage)["status"] == JobStatus.SUCCEEDED
