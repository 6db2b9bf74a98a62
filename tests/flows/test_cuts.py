"""Every do and every undo is cut off before each of its side effects, so that half of it has happened."""

from __future__ import annotations

import itertools

import pytest

from tests.flows.faults import Fault, Kind
from tests.flows.matrix import DONE, STUCK, UNDONE, injected, look, repeat, shape
from tests.flows.scenarios import SCENARIOS, covered
from tests.flows.stage import Stage

STATES = [
    (flow, (shape(flow).cause[state], state) if state in shape(flow).backward else (state,))
    for flow in covered()
    for state in (*shape(flow).forward, *shape(flow).backward)
]


@pytest.mark.parametrize(("flow", "states"), STATES, ids=lambda value: value if isinstance(value, str) else value[-1])
def test_cuts(stage: Stage, flow: str, states: tuple[str, ...]) -> None:
    *trigger, state = states
    scenario = SCENARIOS[flow]
    for number in itertools.count(1):
        before = stage.put(scenario)
        cut = Fault(state, Kind.CUT, number=number)
        stage.world.faults = [*(Fault(one, Kind.BEFORE) for one in trigger), cut]
        scenario.start(stage)
        stage.world.finish()
        end = look(stage, scenario, before)
        if not cut.cut:
            assert end == (UNDONE if trigger else DONE)
            break
        injected[Kind.CUT.name] += 1
        assert end in ({UNDONE, STUCK} if trigger else {DONE, UNDONE}), f"cut off before {number}, it ended {end}"
        if end == UNDONE:
            repeat(stage, scenario)
