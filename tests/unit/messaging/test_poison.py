"""Messages that no part of the cloud wrote: they alone go to the dead letters, and somebody is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.fabric_monitoring import _sender
from infra.generator.declarations import COMPONENTS, functions
from javelin.data.ids import new_id
from javelin.data.records.alert import Alert
from javelin.data.records.audit_record import AuditRecord
from javelin.data.records.event import Event as KeptEvent
from javelin.data.records.host_status import HostStatus
from javelin.data.records.webhook_delivery import WebhookDelivery
from javelin.discovery.clients import client
from javelin.messaging.consumers import Consumer, Queue
from javelin.messaging.events import Event, of_cloud
from javelin.messaging.webhooks import QUEUE, Attempt
from tests.cloud import Cloud, Context
from tests.permissions.policies import stacks
from tests.unit.fabric_admin.fabric import build
from tests.unit.fabric_monitoring.world import World

Json = dict[str, Any]
DEEP = 200_000


def queue_consumers() -> dict[str, Consumer]:
    """Every function that a queue invokes, by the queue's name."""
    found = [one.declaration for component in COMPONENTS for one in functions(component)]
    return {one.source.name: one for one in found if isinstance(one, Consumer) and isinstance(one.source, Queue)}


def event(**changed: Any) -> Json:
    told: Json = of_cloud("VM.START", "it was started", resource_type="", resource_id="").model_dump(mode="json")
    return told | changed


class Events:
    """The log of events: what a good message does."""

    def __init__(self, cloud: Cloud) -> None:
        self.told: list[str] = []

    def good(self) -> str:
        """A message of the cloud."""
        told = Event.model_validate(event())
        self.told.append(told.id)
        return told.model_dump_json()

    def done(self) -> bool:
        """Whether every good message had its effect."""
        return {row.id for row in KeptEvent.scan()} == set(self.told)

    def poison(self) -> dict[str, str]:
        """What is no message of this queue, though it looks like one."""
        return {
            "without an owner": json.dumps(event(account_id="")),
            "without an id": json.dumps(event(id="")),
            "of a level that is none": json.dumps(event(level="FATAL")),
            "of another shape": json.dumps(event(at={"a": 1})),
            "enveloped and empty": json.dumps({"TopicArn": "arn:x"}),
            "enveloped and no event": json.dumps({"TopicArn": "arn:x", "Message": "[1]"}),
            "enveloped and no text": json.dumps({"TopicArn": "arn:x", "Message": {"a": 1}}),
            "larger than an item": json.dumps(event(description="x" * 450_000)),
        }


class Chain(Events):
    """The audit chain: what a good message adds to it."""

    def done(self) -> bool:
        """Whether every good message has its record."""
        return {row.id for row in AuditRecord.scan()} == set(self.told)


class Alerts(Events):
    """Alerts: what a warning of the cloud itself makes."""

    def good(self) -> str:
        """A host that is lost."""
        self.told.append(f"host {len(self.told)} is down")
        return json.dumps(event(type="HOST.DOWN", level="ERROR", description=self.told[-1]))

    def done(self) -> bool:
        """Whether every good message has its alert."""
        return {row.description for row in Alert.scan()} == set(self.told)


class Reports:
    """The hosts' reports."""

    def __init__(self, cloud: Cloud) -> None:
        _sender._known_key.cache_clear()
        self.world = World(build(cloud))
        self.beats: list[str] = []

    def good(self) -> str:
        """A heartbeat of a host."""
        host = self.world.hosts[len(self.beats)]
        caught: list[str] = []
        self.world.deliver = lambda body: bool(caught.append(body)) or True  # type: ignore[method-assign]  # only listens
        self.world.beat(host, cpu_load=7.5)
        self.beats.append(host)
        return caught[0]

    def done(self) -> bool:
        """Whether every host that spoke was heard."""
        return {row.host_id for row in HostStatus.scan() if float(row.cpu_load) == 7.5} == set(self.beats)

    def poison(self) -> dict[str, str]:
        """What is no report."""
        report = json.loads(self.good())
        self.beats.pop()
        return {
            "of a kind that is none": json.dumps(report | {"kind": "shutdown"}),
            "with more than a report": json.dumps(report | {"admin": True}),
            "of no host": json.dumps(report | {"host": "../other"}),
            "counted backwards": json.dumps(report | {"sequence": -1}),
        }


class Webhooks(Events):
    """What finds the webhooks of events: one is told of all."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        client("sqs").create_queue(QueueName=f"javelin-{QUEUE}")
        cloud.call("createWebhook", name="all", payloadurl="https://hooks.example.org/", scope="Global")

    def done(self) -> bool:
        """Whether each good message is to be delivered."""
        return {row.event_id for row in WebhookDelivery.scan()} == set(self.told)

    def poison(self) -> dict[str, str]:
        """What is no event; what is merely too large for a log is told."""
        return {what: body for what, body in super().poison().items() if what != "larger than an item"}


class Deliveries:
    """Attempts to deliver to webhooks: a good one is of what is gone, and does nothing."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def good(self) -> str:
        """An attempt."""
        return Attempt(delivery=new_id(), number=0).model_dump_json()

    def done(self) -> bool:
        """Whether nothing was made of it."""
        return not [*WebhookDelivery.scan()]

    def poison(self) -> dict[str, str]:
        """What is no attempt."""
        return {
            "of no delivery": json.dumps({"delivery": "", "number": 0}),
            "counted backwards": json.dumps({"delivery": new_id(), "number": -1}),
            "with more than an attempt": json.dumps({"delivery": new_id(), "number": 0, "url": "http://10.0.0.1/"}),
        }


WORLDS: dict[str, Callable[[Cloud], Events | Reports | Deliveries]] = {
    "event-log": Events, "audit-chain": Chain, "alerts": Alerts, "reports": Reports,
    "webhook-events": Webhooks, QUEUE: Deliveries,
}  # fmt: skip
ANYWHERE = {
    "empty": "", "no JSON": "<xml/>", "half": '{"id": "x"', "null": "null", "a number": "5", "a list": "[]",
    "another object": '{"a": 1}', "nested": "[" * DEEP, "nested objects": '{"a":' * DEEP, "no text": "\ud800",
}  # fmt: skip


def test_every_queue_is_judged() -> None:
    assert queue_consumers().keys() == WORLDS.keys()


@pytest.mark.parametrize("queue", sorted(WORLDS))
def test_poison_fails_alone_and_its_neighbours_are_done(cloud: Cloud, queue: str) -> None:
    world = WORLDS[queue](cloud)
    first, bad = world.good(), {**ANYWHERE, **world.poison()}
    bodies = {"first": first, **bad, "last": world.good()}
    answer = queue_consumers()[queue]({"Records": [_record(name, body) for name, body in bodies.items()]}, Context())
    failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    assert failed == bad.keys()
    assert world.done()


@pytest.mark.parametrize("queue", sorted(WORLDS))
def test_poison_ends_in_dead_letters_with_an_alarm(queue: str) -> None:
    """Five times, then there; one message there is an alarm, which goes to operators."""
    resources = {name: one for stack in stacks().values() for name, one in stack.items()}
    queues = {one["Properties"]["QueueName"]: (name, one["Properties"]) for name, one in resources.items()
              if one["Type"] == "AWS::SQS::Queue"}  # fmt: skip
    redrive = queues[f"javelin-{queue}"][1]["RedrivePolicy"]
    assert redrive == {
        "deadLetterTargetArn": {"Fn::GetAtt": [queues[f"javelin-{queue}-dead"][0], "Arn"]},
        "maxReceiveCount": 5,
    }
    (alarm,) = [
        one["Properties"] for one in resources.values()
        if one["Type"] == "AWS::CloudWatch::Alarm"
        and one["Properties"]["Dimensions"] == [{"Name": "QueueName", "Value": f"javelin-{queue}-dead"}]
    ]  # fmt: skip
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert "javelin-alarms" in json.dumps(alarm["AlarmActions"])


def _record(name: str, body: str) -> Json:
    return {"messageId": name, "body": body, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:x:1:q",
            "receiptHandle": "r", "attributes": {}, "messageAttributes": {}, "md5OfBody": "", "awsRegion": "x"}  # fmt: skip
