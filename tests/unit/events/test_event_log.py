"""record_event, listEvents and listEventTypes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.events._types import EVENT_TYPES
from functions.events.actions.record_event import handler
from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records import event as kept
from javelin.data.records.job import Job
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import Event
from tests.cloud import Cloud, Context

KINDS = "VM|HOST|VOLUME|NETWORK|TEMPLATE|ACCOUNT|USER|DOMAIN|STORAGE|VLAN|CLUSTER|POD|ZONE|SERVICE|DISK"
ROOT = Path(__file__).resolve().parents[3]


def happened(caller: Caller, **fields: Any) -> Event:
    given = {"type": "VM.START", "description": "VM web was started", "at": datetime(2026, 1, 2, tzinfo=UTC)} | fields
    return Event(
        account_id=caller.account_id, account=caller.account, domain_id=caller.domain_id,
        domain_path=caller.domain_path, user_id=caller.user_id, **given,
    )  # fmt: skip


def deliver(*events: Event) -> Any:
    """Bring events as SQS does."""
    records = [
        {"messageId": event.id, "body": event.model_dump_json(), "eventSource": "aws:sqs", "eventSourceARN": "arn:x:q",
         "receiptHandle": "r", "attributes": {}, "messageAttributes": {}, "md5OfBody": "", "awsRegion": "us-east-1"}
        for event in events
    ]  # fmt: skip
    return handler({"Records": records}, Context())


def types(cloud: Cloud, caller: Caller | None = None, **filters: Any) -> list[str]:
    return [row["type"] for row in cloud.call("listEvents", caller, **filters).get("event", [])]


def test_events_are_listed_newest_first_and_once(cloud: Cloud) -> None:
    first, second = happened(cloud.root), happened(cloud.root, type="VM.STOP", level="ERROR")
    for _ in range(2):
        assert deliver(first, second) == {"batchItemFailures": []}
    assert types(cloud) == ["VM.STOP", "VM.START"]
    assert cloud.call("listEvents")["count"] == 2
    shown = cloud.call("listEvents", id=first.id)["event"][0]
    assert (shown["created"], shown["state"], shown["domainpath"]) == ("2026-01-02T00:00:00+0000", "Completed", "ROOT")
    assert kept.Event.require(first.id).expires == int(first.at.timestamp()) + 90 * 86400


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"type": "VM.STOP"}, 1),
        ({"level": "error"}, 1),
        ({"state": "scheduled"}, 1),
        ({"keyword": "WEB"}, 2),
        ({"resourceid": "r1"}, 1),
        ({"resourcetype": "virtualmachine"}, 1),
        ({"startdate": "2026-01-03"}, 1),
        ({"enddate": "2026-01-02T00:00:00+0000"}, 1),
        ({"archived": "true"}, 0),
    ],
)
def test_filters(cloud: Cloud, filters: dict[str, str], found: int) -> None:
    later = happened(
        cloud.root, type="VM.STOP", level="ERROR", state="Scheduled", resource_id="r1", resource_type="VirtualMachine",
        at=datetime(2026, 1, 4, tzinfo=UTC),
    )  # fmt: skip
    deliver(happened(cloud.root), later)
    assert len(types(cloud, **filters)) == found


def test_tenants_read_their_own(cloud: Cloud) -> None:
    ada, eve = cloud.caller("ada"), cloud.caller("eve")
    event = happened(ada)
    deliver(event)
    assert types(cloud, ada) == ["VM.START"]
    assert types(cloud, eve, listall="true") == []
    assert types(cloud, eve, id=event.id) == []
    assert types(cloud, listall="true") == ["VM.START"]


def test_a_message_that_is_no_event_stays_in_the_queue(cloud: Cloud) -> None:
    event = happened(cloud.root)
    record = {"messageId": "m", "body": json.dumps({"type": "X"}), "eventSource": "aws:sqs", "eventSourceARN": "arn:x:q",
              "receiptHandle": "r", "attributes": {}, "messageAttributes": {}, "md5OfBody": "", "awsRegion": "x"}  # fmt: skip
    good = {**record, "messageId": "good", "body": event.model_dump_json()}
    assert handler({"Records": [record, good]}, Context()) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert types(cloud) == ["VM.START"]


def test_every_announced_type_is_listed(cloud: Cloud) -> None:
    announced = set()
    for folder in ("functions", "layers/javelin/python"):
        for path in (ROOT / folder).rglob("*.py"):
            announced |= set(re.findall(rf'"((?:{KINDS})\.[A-Z.]+)"', path.read_text()))
    assert announced <= set(EVENT_TYPES)
    assert cloud.call("listEventTypes")["count"] == len(EVENT_TYPES)


def test_events_name_what_they_are_about_and_what_they_follow(cloud: Cloud) -> None:
    account = {"resource_type": "Account", "resource_id": cloud.root.account_id}
    first = happened(cloud.root, state="Scheduled", **account)
    second = happened(cloud.root, parent_id=first.id, resource_type="Host", resource_id=cloud.root.account_id)
    deliver(first, second)
    newer, older = cloud.call("listEvents")["event"]
    assert (older["resourcename"], older.get("parentid")) == (cloud.root.account, None)
    assert (newer.get("resourcename"), newer["parentid"]) == (None, first.id)


def test_the_events_of_a_job_follow_that_of_its_start(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    monkeypatch.setattr(jobs, "announce", told.append)
    started = jobs.start(
        cloud.root, Transaction(), command="stopVirtualMachine", flow="compute/stop_virtual_machine",
        resource_type="VirtualMachine", resource_id=new_id(), event="VM.STOP", description="Stopping",
    )  # fmt: skip
    jobs.succeed(Job.require(started.jobid), Transaction(), None, None, "VM.STOP", "Stopped")
    scheduled, done = told
    assert (scheduled.state, scheduled.parent_id) == ("Scheduled", None)
    assert (done.state, done.parent_id) == ("Completed", scheduled.id)
