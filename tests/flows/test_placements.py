"""A guest's place in an affinity group comes and goes with the guest, whatever meets its deploy or start."""

from __future__ import annotations

import pytest

from tests.flows import invariants
from tests.flows.faults import Kind
from tests.flows.matrix import Case, cases, play
from tests.flows.placements import PLACEMENTS
from tests.flows.stage import Stage


@pytest.mark.parametrize("case", cases((Kind.AFTER, Kind.TWICE, Kind.KILLED_DONE), PLACEMENTS), ids=str)
def test_faults(stage: Stage, case: Case) -> None:
    play(stage, case)


@pytest.mark.parametrize("name", PLACEMENTS)
def test_what_is_done_has_its_place(stage: Stage, name: str) -> None:
    scenario, world = PLACEMENTS[name], stage.world
    stage.put(scenario)
    scenario.start(stage)
    world.finish()
    (machine,), (place,) = world.records("VirtualMachine"), world.records("AffinityPlace")
    assert (place["host_id"], place["guests"]) == (machine["host_id"], [machine["id"]])
    invariants.check(world)
