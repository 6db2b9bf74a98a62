"""What traces tell of hosts: every command they answered, why it failed if it did, and nothing that is secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.orchestration._trace import trace
from javelin.data.records.job import Job
from tests.flows.faults import Fault, Kind
from tests.flows.matrix import shape
from tests.flows.scenarios import SCENARIOS, Scenario, covered
from tests.flows.stage import Stage

Json = dict[str, Any]
DEPLOY = SCENARIOS["compute/deploy_virtual_machine"]


@pytest.fixture
def failing(stage: Stage) -> Iterator[list[bool]]:
    """Whether hosts fail to start guests, one after the other."""
    stage.put(DEPLOY)
    plan: list[bool] = []
    for host in stage.world.hosts.values():
        host.hypervisor._fail["start"] = plan
    yield plan
    for host in stage.world.hosts.values():
        del host.hypervisor._fail["start"]


def played(stage: Stage, scenario: Scenario = DEPLOY) -> tuple[Json, Json]:
    """A flow to its end: its job's record and its trace."""
    scenario.start(stage)
    stage.world.finish()
    record = max(stage.world.records("Job"), key=lambda one: str(one["id"]))
    return record, trace(Job.require(record["id"]), stage.world.cloud.root)


def runs_of(shown: Json, state: str) -> list[Json]:
    return [run for run in shown["runs"] if run["state"] == state]


@pytest.mark.parametrize("undone", [False, True])
@pytest.mark.parametrize("flow", covered())
def test_every_command_that_a_host_answered_is_in_the_trace(stage: Stage, flow: str, undone: bool) -> None:
    scenario = SCENARIOS[flow]
    stage.put(scenario)
    form = shape(flow)
    last = [state for state in form.forward if state in form.calls_back][-1:]  # some flows wait for no host
    stage.world.faults = [Fault(state, Kind.REFUSED) for state in last if undone]
    record, _ = played(stage, scenario)
    letters = [json.loads(body) for _, body, _ in stage.world.letters]
    asked = [letter["id"] for letter in letters if letter["token"]]
    jobs = {record["id"], *(key.split("/")[0] for key in asked)}  # its own, and those that it began
    runs = [run for job in jobs for run in trace(Job.require(job), stage.world.cloud.root)["runs"]]
    assert sorted(asked) == sorted(command["id"] for run in runs for command in run["hosts"])
    for run in runs:
        assert all(command["id"].endswith(f"/{run['phase']}") for command in run["hosts"])


def test_every_attempt_has_the_command_that_failed_in_it(stage: Stage, failing: list[bool]) -> None:
    failing += [True, True, False]
    _, shown = played(stage)
    runs = runs_of(shown, "StartDomain")
    assert [run["outcome"] for run in runs] == ["repeated", "repeated", "done"]
    assert [[command["outcome"] for command in run["hosts"]] for run in runs] == [["failed"], ["failed"], ["done"]]
    assert {run["hosts"][0]["id"] for run in runs} == {f"{shown['job']['id']}/1/StartDomain/do"}
    assert [run["error"] and run["error"]["name"] for run in runs] == ["TransientHostError"] * 2 + [None]
    assert not DEPLOY.done(stage)


def test_a_deployment_that_failed_tells_where_and_keeps_its_sentence(stage: Stage, failing: list[bool]) -> None:
    failing += [True] * 50
    record, shown = played(stage)
    runs = runs_of(shown, "StartDomain")
    assert [run["outcome"] for run in runs] == ["repeated"] * (len(runs) - 1) + ["failed"]
    commands = [command for run in runs for command in run["hosts"]]
    assert len(commands) == len(runs) > 1
    for command in commands:
        assert command["error"]["name"] == "TransientHostError"
        assert [part["name"] for part in command["parts"]] == ["connect networks", "define and start"]
    assert shown["job"]["error"]["text"] == f"TransientHostError: {commands[-1]['error']['text']}"
    undo = runs_of(shown, "UndoStartDomain")
    assert [command["outcome"] for run in undo for command in run["hosts"]] == ["done"]
    secrets = [json.loads(body)["token"] for _, body, _ in stage.world.letters] + ["http"]
    for host in stage.world.hosts.values():
        secrets += [host.identity.command_key, host.identity.private_key]
    assert [secret for secret in secrets if secret and secret in json.dumps(record, default=str)] == []
