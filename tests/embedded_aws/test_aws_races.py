"""Calls that race, through the operations' own code and over the wire: threads here, DynamoDB and Step Functions there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from functions.api import _repeats
from functions.api._catalog import catalog
from functions.network.actions import seed_offerings
from infra.local.aws.client import CREDENTIALS
from javelin.contract.caller import Caller
from javelin.contract.errors import ApiError
from javelin.data import limits
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.job import Job
from javelin.data.records.network import Network
from javelin.data.records.quota import Quota
from javelin.discovery import names
from javelin.discovery.clients import client
from javelin.sync import idempotency
from tests.account import make_tables
from tests.cloud import Context, begun, forget_connections, handlers
from tests.embedded_aws.conftest import Server
from tests.unit.site import Site, build, open_flows

CALLERS = 8
MANY, MOST = 32, 10  # callers of what is limited, and the limit
FLOW = "compute/stop_virtual_machine"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A zone in an embedded AWS of its own, and code under test that finds it."""
    server = Server(tmp_path_factory.mktemp("races"))
    environment = {
        "AWS_ENDPOINT_URL": server.endpoint, "AWS_REGION": CREDENTIALS["region_name"], "JAVELIN_ACCOUNT_ID": "000000000000",
        "AWS_ACCESS_KEY_ID": CREDENTIALS["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS["aws_secret_access_key"],
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patches:
        for name, value in environment.items():
            patches.setenv(name, value)
        patches.setenv("AWS_DEFAULT_REGION", CREDENTIALS["region_name"])
        patches.setattr(idempotency, "PAUSES", (0.2,) * 100)  # a busy machine is slow, which is not what is tested
        forget_connections()
        make_tables(client("dynamodb"))
        client("sns").create_topic(Name=names.EVENTS_TOPIC)
        made = build(begun())
        open_flows(FLOW)
        seed_offerings.handler({}, None)
        yield made
    forget_connections()
    server.stop()


def together(run: Callable[[int], Any], callers: int = CALLERS) -> list[Any]:
    """What as many threads answer that begin at once; a refusal is its class."""
    gate = Barrier(callers)

    def one(number: int) -> Any:
        gate.wait(60)
        try:
            return run(number)
        except ApiError as error:
            return type(error)

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(one, range(callers)))


def call(
    site: Site, command: str, key: str | None = None, caller: Caller | None = None, **parameters: str
) -> dict[str, Any]:
    """An operation as the edge calls it, with an idempotency key or without."""
    payload = {"parameters": parameters, "caller": (caller or site.cloud.root).model_dump()}

    def run() -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(handlers()[command](payload, Context())))
        return answer

    return _repeats.perform(catalog()[command], key, site.cloud.root, parameters, run) if key else run()


def executions() -> list[str]:
    """The names of the flow's executions."""
    states = client("stepfunctions")
    (machine,) = states.list_state_machines()["stateMachines"]
    listed = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    return [one["name"] for one in listed]


def test_repeats_of_a_call_at_once_do_it_once(site: Site) -> None:
    answers = together(lambda _: call(site, "createDomain", "k-domain", name="once"))
    assert [one.name for one in Domain.scan() if one.name == "once"] == ["once"]
    assert answers == [answers[0]] * CALLERS
    assert answers[0]["body"]["domain"]["name"] == "once"
    others = together(lambda number: call(site, "createDomain", "k-domain", name=f"other-{number}"))
    assert {error.__name__ for error in others} == {"InvalidParameter"}
    assert not [one.name for one in Domain.scan() if one.name.startswith("other-")]


def test_repeats_of_an_asynchronous_call_at_once_start_one_flow(site: Site) -> None:
    machine = site.machine(state="Running", host_id=site.zone.id)
    answers = together(lambda _: call(site, "stopVirtualMachine", "k-stop", id=machine.id))
    (job,) = [one for one in Job.scan() if one.resource_id == machine.id]
    assert answers == [{"body": {"jobid": job.id}}] * CALLERS
    assert [name for name in executions() if name.startswith(job.id)] == executions()
    others = together(lambda _: call(site, "stopVirtualMachine", "k-stop", id=machine.id, forced="true"))
    assert {error.__name__ for error in others} == {"InvalidParameter"}
    assert len(executions()) == 1


def test_without_a_key_one_job_has_the_resource_and_the_others_are_refused(site: Site) -> None:
    machine, before = site.machine(state="Running", host_id=site.zone.id), len(executions())
    answers = together(lambda _: call(site, "stopVirtualMachine", id=machine.id))
    ends = Counter(answer["error"]["code"] if "error" in answer else "started" for answer in answers)
    assert ends["started"] == 1
    assert ends.keys() <= {"started", 431, 530}
    assert len(executions()) == before + 1


@pytest.mark.parametrize("limited", ["account", "domain"])
def test_creations_at_once_never_pass_a_limit(site: Site, limited: str) -> None:
    """By many callers of an account, or of many accounts of a domain."""
    home = site.cloud.domain(f"limited-{limited}")
    first = site.cloud.caller("tenant-0", home)
    callers = (
        [first] * MANY
        if limited == "account"
        else [first, *(site.cloud.caller(f"tenant-{n}", home) for n in range(1, MANY))]
    )
    account, domain = lambda: Account.require(first.account_id), lambda: Quota.of(home.path)
    limits.set_limit(account if limited == "account" else domain, "network", MOST)
    wish = {"networkofferingid": seed_offerings.ISOLATED, "zoneid": site.zone.id}
    answers = together(
        lambda number: call(site, "createNetwork", caller=callers[number], name=f"n{number}", **wish), MANY
    )
    ends = Counter(answer["error"]["code"] if "error" in answer else "made" for answer in answers)
    assert ends == {"made": MOST, 535: MANY - MOST}
    assert len([one for one in Network.scan() if one.domain_path == home.path]) == MOST
    assert domain().used("network") == MOST
    assert account().used("network") == (MOST if limited == "account" else answers[0].get("error") is None)
