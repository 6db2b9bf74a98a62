"""Every flow has a scenario, and ends well when nothing goes wrong."""

from __future__ import annotations

import pytest

from tests.flows import invariants
from tests.flows.engine import all_flows
from tests.flows.scenarios import SCENARIOS, Stage, covered


def test_every_flow_has_a_scenario() -> None:
    assert sorted(SCENARIOS) == sorted(all_flows())


@pytest.mark.parametrize("flow", covered())
def test_nothing_goes_wrong(stage: Stage, flow: str) -> None:
    scenario = SCENARIOS[flow]
    stage.put(scenario)
    scenario.start(stage)
    stage.world.finish()
    invariants.check(stage.world)
    assert not scenario.done(stage)
