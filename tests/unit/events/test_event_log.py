"""record_event, listEvents and listEventTypes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.events._types import event_types
from functions.events.actions.record_event import handler
from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records import event as kept
from javelin.data.records.job import Job
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import Event
from tests.cloud import Cloud, Context, Refused


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
        ({"enddate": "2026-01-02"}, 1),
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


def test_every_type_is_listed(cloud: Cloud) -> None:
    listed = cloud.call("listEventTypes")
    assert listed["count"] == len(event_types())
    assert {row["name"] for row in listed["eventtype"]} >= {"VM.START", "HOST.DOWN"}


def test_events_name_what_they_are_about_and_what_they_follow(cloud: Cloud) -> None:
    account = {"resource_type": "Account", "resource_id": cloud.root.account_id}
    first = happened(cloud.root, state="Scheduled", **account)
    second = happened(cloud.root, parent_id=first.id, resource_type="Host", resource_id=cloud.root.account_id)
    deliver(first, second)
    newer, older = cloud.call("listEvents")["event"]
    assert (older["resourcename"], older.get("parentid")) == (cloud.root.account, None)
    assert (newer.get("resourcename"), newer["parentid"]) == (None, first.id)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What jobs announce."""
    heard: list[Event] = []
    monkeypatch.setattr(jobs, "announce", lambda *events: heard.extend(events))
    return heard


def start_job(cloud: Cloud, owner: Caller | None = None) -> Job:
    started = jobs.start(
        cloud.root, Transaction(), command="stopVirtualMachine", flow="compute/stop_virtual_machine",
        resource_type="VirtualMachine", resource_id=new_id(), event="VM.STOP", description="Stopping", owner=owner,
    )  # fmt: skip
    return Job.require(started.jobid)


def test_the_events_of_a_job_follow_that_of_its_start(cloud: Cloud, told: list[Event]) -> None:
    job = start_job(cloud)
    jobs.succeed(job, Transaction(), None, None, "VM.STOP", "Stopped")
    scheduled, started, done = told
    assert [event.state for event in told] == ["Scheduled", "Started", "Completed"]
    assert {event.job_id for event in told} == {job.id}
    assert (scheduled.parent_id, started.parent_id, done.parent_id) == (None, scheduled.id, scheduled.id)
    assert scheduled.id < started.id < done.id


def test_the_events_of_a_job_are_those_of_whom_its_resource_is(cloud: Cloud, told: list[Event]) -> None:
    ada = cloud.caller("ada", cloud.domain("d"))
    job = start_job(cloud, owner=ada)
    jobs.fail(job, Transaction(), None, "VM.STOP", "Stopping")
    assert {(event.account_id, event.domain_path) for event in told} == {(ada.account_id, "/d/")}
    assert {event.user_id for event in told} == {cloud.root.user_id}
    deliver(*told)
    assert types(cloud, ada) == ["VM.STOP"] * 3
    assert types(cloud) == []
    assert cloud.call("queryAsyncJobResult", jobid=job.id)["accountid"] == cloud.root.account_id


def test_an_owner_finds_what_others_do_to_its_things(cloud: Cloud, told: list[Event]) -> None:
    ada = cloud.caller("ada")
    under_way, done = start_job(cloud, owner=ada), start_job(cloud, owner=ada)
    jobs.succeed(done, Transaction(), None, None, "VM.STOP", "Stopped")
    deliver(*told)
    (row,) = cloud.call("listEvents", ada, entrytime="3600", duration="0")["event"]
    assert (row["id"], row["state"]) == (under_way.event_id, "Scheduled")
    assert types(cloud, cloud.root, entrytime="3600", duration="0") == []
    assert types(cloud, cloud.root, entrytime="3600", duration="0", listall="true") == ["VM.STOP"]


def test_a_job_that_failed_ends_with_an_error(cloud: Cloud, told: list[Event]) -> None:
    failure = {"Error": "ResourceUnavailable", "Cause": "Host h1 is down."}
    jobs.fail(start_job(cloud), Transaction(), failure, "VM.STOP", "Stopping")
    last = told[-1]
    assert (last.state, last.level, last.description) == ("Completed", "ERROR", "Stopping failed: Host h1 is down.")


def test_a_job_whose_flow_did_not_start_is_only_scheduled(
    cloud: Cloud, told: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(job: Job) -> None:
        raise ConnectionError(job.id)

    monkeypatch.setattr(jobs, "execute", refuse)
    with pytest.raises(ConnectionError):
        start_job(cloud)
    assert [event.state for event in told] == ["Scheduled"]


def test_an_event_is_listed_with_those_that_follow_it(cloud: Cloud) -> None:
    about = {"resource_type": "VirtualMachine", "resource_id": "vm"}
    first = happened(cloud.root, state="Scheduled", **about)
    deliver(first, happened(cloud.root, type="VM.STOP", **about))
    deliver(*(happened(cloud.root, state=state, parent_id=first.id, **about) for state in ("Started", "Completed")))
    alone = happened(cloud.root, type="USER.UPDATE")
    deliver(alone)
    rows = cloud.call("listEvents", startid=first.id)["event"]
    assert [row["state"] for row in rows] == ["Completed", "Started", "Scheduled"]
    assert types(cloud, startid=alone.id) == ["USER.UPDATE"]
    cloud.call("archiveEvents", ids=first.id)
    assert len(types(cloud, startid=first.id)) == 2
    assert len(types(cloud, startid=first.id, archived="true")) == 1
    assert types(cloud, cloud.caller("eve"), startid=first.id, listall="true") == []


def test_what_is_under_way_is_found_by_how_long_it_takes(cloud: Cloud, told: list[Event]) -> None:
    under_way, done = start_job(cloud), start_job(cloud)
    jobs.succeed(done, Transaction(), None, None, "VM.STOP", "Stopped")
    deliver(*told)
    for listall in ("true", "false"):
        rows = cloud.call("listEvents", entrytime="3600", duration="0", listall=listall)["event"]
        assert [(row["id"], row["jobid"]) for row in rows] == [(under_way.event_id, under_way.id)]
    assert types(cloud, entrytime="3600", duration="1800") == []
    assert types(cloud, cloud.caller("eve"), entrytime="3600", duration="0", listall="true") == []
    for wrong in ({"entrytime": "60"}, {"duration": "60"}, {"entrytime": "60", "duration": "60"}):
        with pytest.raises(Refused, match="go together"):
            cloud.call("listEvents", **wrong)
