"""What every flow asks of AWS and of hosts from call to end, against budgets.json; UPDATE_BUDGETS=1 writes it anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from ministack.services import stepfunctions

from functions.fabric_monitoring.actions import receive_report
from javelin.discovery import clients
from tests.flows.engine import Task
from tests.flows.meter import Meter, forget_others, keep, metering
from tests.flows.scenarios import SCENARIOS, plain
from tests.flows.stage import Stage
from tests.flows.world import functions_by_name

Json = dict[str, Any]
GOLDEN = Path(__file__).parent / "budgets.json"
EDGE = 512  # MiB of the function at the edge
DEPLOY = "compute/deploy_virtual_machine"


def one_network(stage: Stage) -> Json:
    """The usual deployment."""
    ground = stage.ground
    return stage.call(
        "deployVirtualMachine", zoneid=ground.zone, serviceofferingid=ground.offering, templateid=ground.template,
        networkids=ground.networks[0], name="web",
    )  # fmt: skip


def measured(stage: Stage, flow: str, start: Callable[[Stage], Json] | None = None) -> Meter:
    """One run in which nothing goes wrong, what hosts report of it apart."""
    world, scenario = stage.world, SCENARIOS[flow]
    stage.put(scenario)
    perform, receive = world.engine.perform, receive_report.receive
    operation = next(one for one in functions_by_name().values() if getattr(one, "flow", None) == flow)

    with metering(vars(clients)["boto3"]) as meter:
        meter.functions = [EDGE, operation.memory]

        def performing(task: Task) -> Any:
            meter.functions.append(functions_by_name()[task.function].memory)
            return perform(task)

        def receiving(body: str) -> None:
            meter.aside = True  # hosts put what changed into one report or several, as time falls
            receive(body)
            meter.aside = False

        with patch.object(world.engine, "perform", performing), patch.object(receive_report, "receive", receiving):
            (start or scenario.start)(stage)
            world.finish()
    assert not scenario.done(stage)
    entered = [event["type"] for one in stepfunctions._executions.values() for event in one["events"]]
    meter.transitions = sum(kind.endswith("StateEntered") for kind in entered)
    meter.commands = meter.counts["sqs/send_message"]
    return meter


@pytest.mark.parametrize("flow", plain())
def test_a_flow_asks_for_what_it_asked_for(stage: Stage, flow: str) -> None:
    keep(GOLDEN, flow, measured(stage, flow).told())


def test_a_deployment_keeps_its_promise(stage: Stage) -> None:
    meter = measured(stage, DEPLOY, one_network)
    keep(GOLDEN, f"{DEPLOY} in one network", meter.told())
    assert meter.transitions <= 10
    assert len(meter.functions) <= 10
    assert meter.commands <= 3
    assert meter.dollars() <= 0.0003


def test_budgets_are_of_flows_that_exist() -> None:
    forget_others(GOLDEN, {*plain(), f"{DEPLOY} in one network"})
