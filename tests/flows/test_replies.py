"""Every answer of a host is lost, doubled or late, every command refused or delayed until all is over."""

from __future__ import annotations

import pytest

from javelin.flow.steps import FENCES
from javelin.messaging.host_commands import HostCommand
from tests.flows import invariants
from tests.flows.faults import REPLIES
from tests.flows.matrix import Case, cases, injected, play
from tests.flows.scenarios import SCENARIOS, covered
from tests.flows.stage import Stage


@pytest.mark.parametrize("case", cases(REPLIES), ids=str)
def test_replies(stage: Stage, case: Case) -> None:
    play(stage, case)


@pytest.mark.parametrize("flow", covered())
def test_commands_of_an_older_lease_are_refused(stage: Stage, flow: str) -> None:
    world, scenario = stage.world, SCENARIOS[flow]
    stage.put(scenario)
    scenario.start(stage)
    world.finish()
    before, letters = invariants.picture(world), list(world.letters)
    for number, (_, body, _) in enumerate(letters):
        command = HostCommand.model_validate_json(body)
        fence = max(0, command.fence - FENCES)
        host = world.hosts[command.host]
        old = command.model_copy(update={"id": f"old/{number}", "fence": fence, "token": ""})
        host.obey(*host.sign(old), f"old-{number}")
        assert host.journal.result(old.id) is None, "it was done"
        injected["OLD"] += 1
    world.hear()
    assert not invariants.differences(before, invariants.picture(world))
    invariants.check(world)
