"""Every flow has a scenario, and ends well when nothing goes wrong."""

from __future__ import annotations

import pytest

from tests.flows import invariants
from tests.flows.engine import all_flows
from tests.flows.scenarios import SCENARIOS, covered
from tests.flows.stage import Stage


def test_every_flow_has_a_scenario() -> None:
    assert {scenario.flow for scenario in SCENARIOS.values()} == set(all_flows())


@pytest.mark.parametrize("flow", covered())
def test_nothing_goes_wrong(stage: Stage, flow: str) -> None:
    scenario = SCENARIOS[flow]
    stage.put(scenario)
    scenario.start(stage)
    stage.world.finish()
    invariants.check(stage.world)
    assert not scenario.done(stage)
