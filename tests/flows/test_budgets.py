"""What a deployment and a page of a list may ask for: counted, so that a change of it is seen."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from ministack.services import stepfunctions

from functions.compute import _addresses
from functions.fabric_monitoring.actions import receive_report
from javelin.data import setting, settings
from javelin.data.ids import new_id
from javelin.data.records.sequence import BUCKET, CLOUD, adjust, bucket_key, issue, list_key
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging import hosts
from tests.flows import tables
from tests.flows.meter import StoppedClock
from tests.flows.scenarios import SCENARIOS
from tests.flows.stage import Stage

Json = dict[str, Any]
# A deployment makes 35 to 37 requests, and some more when keys of hosts are not remembered or the router is elsewhere.
MOST = {"transitions": 10, "functions": 10, "commands": 3, "requests": 41}
PAGE = {"requests": 8, "items": 1003}  # standings, one query, five times a hundred machines; some for the scope
KIND = VirtualMachine.__name__


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Requests of DynamoDB and items read, while the test runs."""
    counts: Counter[str] = Counter()
    call = tables.call

    def counting(operation: str, parameters: Json, *, must: bool = True) -> Json:
        answer = call(operation, parameters, must=must)
        counts["requests"] += 1
        counts[operation] += 1
        counts["items"] += len(answer.get("Items", ())) + ("Item" in answer)
        counts["items"] += sum(len(items) for items in answer.get("Responses", {}).values())
        return answer

    receive = receive_report.receive

    def receiving(body: str) -> None:
        before = Counter(counts)  # hosts put what changed into one report or several, as time falls
        receive(body)
        counts.clear()
        counts.update(before)

    monkeypatch.setattr(tables, "call", counting)
    monkeypatch.setattr(receive_report, "receive", receiving)
    return counts


def deploy(stage: Stage, name: str) -> Json:
    ground = stage.ground
    return stage.call(
        "deployVirtualMachine", zoneid=ground.zone, serviceofferingid=ground.offering, templateid=ground.template,
        networkids=ground.networks[0], name=name,
    )  # fmt: skip


@pytest.fixture
def clean(stage: Stage) -> Stage:
    """The fabric alone."""
    stage.put(SCENARIOS["compute/deploy_virtual_machine"])
    return stage


def transitions() -> int:
    """States that all executions entered."""
    every = [event["type"] for execution in stepfunctions._executions.values() for event in execution["events"]]
    return sum(kind.endswith("StateEntered") for kind in every)


def counted(function: Callable[..., Any], counts: Counter[str], name: str) -> Callable[..., Any]:
    def call(**parameters: Any) -> Any:
        counts[name] += 1
        return function(**parameters)

    return call


@pytest.mark.parametrize("guests_before", [0, 1])
def test_a_deployment_keeps_its_budget(
    clean: Stage, asked: Counter[str], monkeypatch: pytest.MonkeyPatch, guests_before: int
) -> None:
    world, addresses = clean.world, itertools.count(20)
    monkeypatch.setattr(_addresses.secrets, "randbelow", lambda _: next(addresses))
    random.seed(1)
    for number in range(guests_before):
        deploy(clean, f"before{number}")
        world.finish()
    world.engine.forget()
    world.visited.clear()
    settings.forget()
    hosts._command_key.cache_clear()
    for module in (setting, hosts):  # what processes keep for some seconds is read once, however slow the machine is
        monkeypatch.setattr(module, "time", StoppedClock())
    asked.clear()
    monkeypatch.setattr(world.queues, "send_message", counted(world.queues.send_message, asked, "commands"))
    deploy(clean, "web")
    world.finish()
    assert sorted(row["state"] for row in world.records(KIND)) == ["Running"] * (guests_before + 1)
    used = {
        "transitions": transitions(),
        "functions": len(world.visited) + 2,  # the edge and the operation
        "commands": asked["commands"],
        "requests": asked["requests"],
    }
    assert {what: amount for what, amount in used.items() if amount > MOST[what]} == {}, asked


@pytest.mark.parametrize("machines", [BUCKET, 4 * BUCKET])
def test_a_page_costs_the_same_in_a_larger_cloud(clean: Stage, asked: Counter[str], machines: int) -> None:
    fill(clean, machines)
    asked.clear()
    page = clean.world.cloud.call("listVirtualMachines", listall=True, page=1, pagesize=BUCKET)
    assert len(page["virtualmachine"]) == BUCKET
    assert page["count"] == machines
    assert asked["requests"] <= PAGE["requests"], asked
    assert asked["items"] <= PAGE["items"]


def fill(stage: Stage, machines: int) -> None:
    """Write machines into the root account's and the cloud's lists."""
    root = stage.world.cloud.root
    first = issue(CLOUD, {KIND: machines})[KIND]
    name = list_key(KIND, CLOUD)
    with VirtualMachine.batch_write() as batch:
        for place in range(machines):
            batch.save(
                VirtualMachine(
                    new_id(), account_id=root.account_id, account=root.account, domain_id=root.domain_id,
                    domain_path=root.domain_path, name=f"vm{place}", display_name="vm", instance_name="i",
                    user_id=root.user_id, zone_id="z", zone_name="z", template_id="t", template_name="t",
                    offering_id="o", offering_name="o", cpus=1, mhz=500, memory_mib=128, root_volume_id="v",
                    cloud_bucket=bucket_key(name, (first + place) // BUCKET),
                )
            )  # fmt: skip
    adjust(name, {str(number): BUCKET for number in range(machines // BUCKET)})
