"""What functions ask for that no call starts: those that take hosts' reports, streams and events, or run by the clock.

Against consumer_budgets.json; UPDATE_BUDGETS=1 writes it anew. What is measured of one is a line in ROUNDS.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.inventory import PAGE
from functions.fabric_monitoring import _strays
from javelin.data import settings
from javelin.data.capacity_settings import ADDRESSES_TAKEN
from javelin.data.ids import new_id
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.records.webhook import MOST
from javelin.data.transaction import Transaction
from javelin.discovery import clients
from javelin.messaging.events import Event, of_cloud
from tests.cloud import Context
from tests.flows import usage, webhooks
from tests.flows.arranging import report
from tests.flows.busy import WORK, silent
from tests.flows.meter import forget_others, keep, metering
from tests.flows.rounds import CONSUMERS
from tests.flows.scenarios import SCENARIOS, Stage
from tests.flows.streams import told
from tests.flows.world import functions_by_name

Json = dict[str, Any]
Act = Callable[[], object]
GOLDEN = Path(__file__).parent / "consumer_budgets.json"
DEPLOY = SCENARIOS["compute/deploy_virtual_machine"]


def heartbeat(stage: Stage, domains: list[Json] | None = None) -> Act:
    """A host that is well; with `domains`, as its bridge starts or every ten minutes."""
    load = {
        "started": datetime.now(UTC).isoformat(), "driver": "simulated", "hypervisor": "Simulated 1.0",
        "accelerated": False, "cpus": 8, "mhz": 3000, "memory_mib": 65536, "memory_used_mib": 1024, "cpu_load": 0.5,
        "pools": [], "domains": domains,
    }  # fmt: skip
    return report(stage, "heartbeat", load)


def guests(stage: Stage, number: int, state: str) -> list[Json]:
    """Guests that run by their records, as the host tells of them."""
    ground, tenant = stage.ground, stage.ground.tenant
    made = [
        VirtualMachine(
            new_id(), name=f"g{count}", display_name=f"g{count}", instance_name=f"i-{count}", user_id=tenant.user_id,
            state="Running", zone_id=ground.zone, zone_name="z1", host_id=ground.hosts[0], host_name="h",
            last_host_id=ground.hosts[0], template_id=ground.template, template_name="t", offering_id=ground.offering,
            offering_name="o", cpus=1, mhz=500, memory_mib=256, root_volume_id=new_id(), account_id=tenant.account_id,
            account=tenant.account, domain_id=tenant.domain_id, domain_path=tenant.domain_path,
        )
        for count in range(number)
    ]  # fmt: skip
    for one in made:
        transaction = Transaction()
        transaction.create(one)
        transaction.commit()
    return [{"id": one.id, "state": state, "reason": "", "fence": 10**6} for one in made]


def telling(number: int, state: str, *, complete: bool) -> Callable[[Stage], Act]:
    """A report of so many guests."""

    def prepare(stage: Stage) -> Act:
        told = guests(stage, number, state)
        return heartbeat(stage, told) if complete else report(stage, "domains", {"domains": told})

    return prepare


def inventory(number: int, *, known: bool) -> Callable[[Stage], Act]:
    """A page of what a host holds: volumes with records, or such that nobody knows, at the second look."""

    def prepare(stage: Stage) -> Act:
        tenant, pool = stage.ground.tenant, new_id()
        held = [{"kind": "volume", "id": new_id(), "pool": pool} for _ in range(number)]
        for one in held if known else []:
            transaction = Transaction()
            transaction.create(
                Volume(
                    one["id"], name="root", size=1, zone_id=stage.ground.zone, zone_name="z1", pool_id=pool,
                    account_id=tenant.account_id, account=tenant.account, domain_id=tenant.domain_id,
                    domain_path=tenant.domain_path,
                )
            )  # fmt: skip
            transaction.commit()
        report(stage, "inventory", {"held": held})()
        return report(stage, "inventory", {"held": held}, _strays.SETTLED)

    return prepare


def by_clock(name: str) -> Callable[[Stage], Act]:
    """A round in a cloud where nothing is to do."""
    return lambda stage: lambda: functions_by_name()[f"javelin-{name}"]({}, Context())


def room_is_left(stage: Stage) -> Act:
    """The hourly look at a cloud of which nothing is nearly full."""
    settings.change(ADDRESSES_TAKEN, "1")
    return by_clock("fabric-admin-watch-capacity")(stage)


def events(number: int, function: str = "record-event") -> Callable[[Stage], Act]:
    """Events in one batch of messages."""

    def prepare(stage: Stage) -> Act:
        tenant = stage.ground.tenant
        told = [
            Event(
                type="VM.START", level="INFO", state="Completed", description="started", account_id=tenant.account_id,
                account=tenant.account, domain_id=tenant.domain_id, domain_path=tenant.domain_path,
                user_id=tenant.user_id, resource_type="VirtualMachine", resource_id="vm", job_id="",
            ).model_dump_json()
            for _ in range(number)
        ]  # fmt: skip
        return lambda: functions_by_name()[f"javelin-events-{function}"].run(told)

    return prepare


def a_host_is_lost(stage: Stage) -> Act:
    """An event that operators should look at."""
    told = of_cloud("HOST.DOWN", "h is down", resource_type="Host", resource_id="h", level="ERROR").model_dump_json()
    return lambda: functions_by_name()["javelin-events-make-alerts"].run([told])


def changes(number: int) -> Callable[[Stage], Act]:
    """New records of one list in one batch of a stream."""
    image = {"id": {"S": "z"}, "cloud_bucket": {"S": "Zone#cloud/0"}}
    return read([told("javelin-Zone", None, image)] * number)


def changed(number: int) -> Callable[[Stage], Act]:
    """Records that changed, in one batch of a stream."""
    images = [{"id": {"S": f"z-{one}"}, "version": {"N": "1"}, "name": {"S": "z"}} for one in range(number)]
    return read([told("javelin-Zone", image, image | {"name": {"S": "y"}}) for image in images])


def read(records: list[Json]) -> Callable[[Stage], Act]:
    """A batch of a stream."""
    return lambda stage: lambda: functions_by_name()["javelin-data-read-streams"]({"Records": records}, Context())


def made_already(stage: Stage) -> Act:
    """The hours after the one in which yesterday's records were made."""
    act = by_clock("events-generate-usage")(stage)
    act()
    return act


def nobody_listens(stage: Stage) -> Act:
    """An event that no webhook is told of."""
    return webhooks.invoked("events-find-webhooks", webhooks.of_queue(webhooks.event(stage, 0).model_dump_json()))[0]


def everybody_listens(number: int) -> Callable[[Stage], Act]:
    """An event, and so many webhooks of its account."""

    def prepare(stage: Stage) -> Act:
        webhooks.listening(stage, number)
        return nobody_listens(stage)

    return prepare


def nobody_is_there(stage: Stage) -> Act:
    """The first attempt of a delivery, which fails."""
    webhooks.waiting(stage)
    return webhooks.tried(stage)[0]


def not_ours(stage: Stage) -> Act:
    """The end of an execution whose job is none of ours."""
    detail = {"name": new_id(), "stateMachineArn": "arn:aws:states:::javelin-x", "executionArn": "arn:x"}
    return lambda: functions_by_name()["javelin-orchestration-settle-execution"]({"detail": detail}, Context())


ROUNDS: dict[str, dict[str, Callable[[Stage], Act]]] = {
    "fabric_monitoring/receive_report": {
        "a heartbeat": heartbeat,
        **{
            f"{'all' if complete else 'some'} {number} guests, {'as known' if state == 'Running' else 'stopped'}": telling(
                number, state, complete=complete
            )
            for complete in (True, False) for number in (1, 50) for state in ("Running", "Stopped")
        },
        **{
            f"an inventory of {number}, {'as known' if known else 'that nobody knows'}": inventory(number, known=known)
            for number in (1, PAGE) for known in (True, False)
        },
    },
    "fabric_monitoring/watch_hosts": {"idle": silent(0)},
    "fabric_admin/watch_capacity": {"idle": room_is_left},
    "orchestration/reconcile": {"idle": by_clock("orchestration-reconcile")},
    "orchestration/audit": {"idle": by_clock("orchestration-audit")},
    "orchestration/settle_execution": {"of no job": not_ours},
    "compute/expunge_due": {"idle": by_clock("compute-expunge-due")},
    "compute/stop_suspended": {"idle": by_clock("compute-stop-suspended")},
    "storage/find_uploads": {"idle": by_clock("storage-find-uploads")},
    "data/read_streams": {
        "a guest": lambda stage: read([usage.started(stage, int(time.time()))])(stage),
        "one": changes(1), "fifty of one list": changes(50), "one changed": changed(1), "fifty changed": changed(50),
    },
    "events/record_event": {"one": events(1), "ten": events(10)},
    "events/generate_usage": {"idle": made_already, "a guest": lambda stage: usage.ran_yesterday(stage)[0]},
    "events/find_webhooks": {
        "of nobody": nobody_listens, "one of one": everybody_listens(1), "one of many": everybody_listens(MOST),
    },
    "events/deliver_event": {"nobody is there": nobody_is_there},
    "events/make_alerts": {"a host is lost": a_host_is_lost},
    "events/chain_events": {"one": events(1, "chain-events"), "ten": events(10, "chain-events")},
}  # fmt: skip
for worked, rounds in WORK.items():
    ROUNDS[worked] |= rounds
CASES = [(name, what) for name, rounds in ROUNDS.items() for what in rounds]


@pytest.mark.parametrize(("name", "what"), CASES)
def test_a_round_asks_for_what_it_asked_for(stage: Stage, name: str, what: str) -> None:
    stage.put(DEPLOY)
    act = ROUNDS[name][what](stage)
    with metering(vars(clients)["boto3"]) as meter:
        act()
    meter.functions, meter.calls = [CONSUMERS[name].memory], 0
    keep(GOLDEN, f"{name}: {what}", meter.told())


def test_every_function_that_no_call_starts_has_a_budget() -> None:
    assert set(ROUNDS) == set(CONSUMERS), "measure it: a line in ROUNDS"
    forget_others(GOLDEN, {f"{name}: {what}" for name, what in CASES})
