"""A whole cloud in one process: records, functions, flows and hosts, all real but for the wires between them."""

from __future__ import annotations

import functools
import itertools
import json
import pickle
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends

from bridge.cloud import TOKEN_GONE, TokenGone
from functions.fabric_monitoring.actions import receive_report
from functions.orchestration.actions import settle_execution
from infra.generator.declarations import COMPONENTS, functions
from javelin.discovery import clients, names
from tests.cloud import ACCOUNT, BUCKET, REGION, Cloud, Context, in_process_cloud
from tests.flows.engine import Engine, FlowsClient, Task
from tests.flows.faults import Fault, Injected, Kind, Transient
from tests.flows.hosts import SimulatedHost

Json = dict[str, Any]
Mail = tuple[str, str, str]  # queue, body, signature


@functools.cache
def functions_by_name() -> dict[str, Any]:
    """Every function of every component, as Lambda names them."""
    return {one.function_name: one.declaration for component in COMPONENTS for one in functions(component)}


@dataclass
class Queues:
    """What boto3.client("sqs") is for the code under test: letters wait in `mail`."""

    mail: deque[Mail] = field(default_factory=deque)

    def create_queue(self, QueueName: str, Attributes: Json | None = None) -> Json:  # noqa: N803 - boto3's names
        """Queues are there when they are named."""
        return {"QueueUrl": QueueName}

    def get_queue_url(self, QueueName: str) -> Json:  # noqa: N803
        """A queue's name is its address."""
        return {"QueueUrl": QueueName}

    def send_message(self, QueueUrl: str, MessageBody: str, MessageAttributes: Json) -> Json:  # noqa: N803
        """Keep the letter."""
        self.mail.append((QueueUrl, MessageBody, MessageAttributes["signature"]["StringValue"]))
        return {}


@dataclass
class Topics:
    """What boto3.client("sns") is for the code under test."""

    alarms: list[str] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)

    def publish(self, TopicArn: str, Subject: str, Message: str) -> Json:  # noqa: N803
        """Only alarms come one by one."""
        assert TopicArn.endswith(names.ALARM_TOPIC)
        self.alarms.append(f"{Subject}: {Message}")
        return {}

    def publish_batch(self, TopicArn: str, PublishBatchRequestEntries: list[Json]) -> Json:  # noqa: N803
        """Events."""
        self.events.extend(json.loads(entry["Message"]) for entry in PublishBatchRequestEntries)
        return {}


@dataclass
class World:
    """Operations are called through `cloud`; `finish` lets everything that they started come to its end."""

    cloud: Cloud
    queues: Queues
    topics: Topics
    folder: Path
    hosts: dict[str, SimulatedHost] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)  # states, in order

    def __post_init__(self) -> None:
        self.engine = Engine(self._perform, self.deliver)
        self._asked: dict[str, tuple[Task, Fault | None]] = {}  # by token
        self._late: list[tuple[str, str | None, str]] = []
        self._delayed: list[Mail] = []
        self._receipts = itertools.count()

    # what happens -------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Run all flows, deliver all letters and reports, until nothing moves any more."""
        while True:
            self.engine.run()
            self.deliver()
            if self.engine.ended:
                events, self.engine.ended = self.engine.ended, []
                for event in events:
                    settle_execution.handler({"detail": event}, Context())
                continue
            if self._late or self._delayed:
                self._say_late()
                self.queues.mail.extend(self._delayed)
                self._delayed.clear()
                continue
            if not self.queues.mail and not self.engine.started:
                break
        self.hear()

    def hear(self) -> None:
        """Give the hosts' reports to the function that takes them."""
        for host in self.hosts.values():
            host.journal.wait_until_told()
            bodies, host.wire.reports = host.wire.reports, []
            for body in bodies:
                receive_report.receive(body)

    def deliver(self) -> None:
        """Let the hosts do what waits in their queues."""
        while self.queues.mail:
            queue, body, signature = self.queues.mail.popleft()
            host = next((each for key, each in self.hosts.items() if names.host_queue(key) == queue), None)
            assert host is not None, f"no host listens to {queue}"
            fault = self._fault_of(json.loads(body)["token"])
            if fault is not None and fault.kind is Kind.REFUSED:
                self._say(json.loads(body)["token"], "HostCommandFailed", "refused by a fault")
                continue
            if fault is not None and fault.kind in (Kind.DELAYED, Kind.KILLED_AFTER):
                self._delayed.append((queue, body, signature))
                continue
            host.obey(body, signature, f"receipt-{next(self._receipts)}")
            if fault is not None and fault.kind is Kind.DOUBLED:
                host.obey(body, signature, f"receipt-{next(self._receipts)}")

    def _perform(self, task: Task) -> Any:
        self.visited.append(task.state)
        self._say_late()
        fault = next((one for one in self.faults if one.state == task.state and not one.hit), None)
        if fault is not None:
            fault.hit = True
        if task.token:
            self._asked[task.token] = (task, fault)
        kind = fault.kind if fault else None
        if kind is Kind.BEFORE:
            raise Injected(f"{task.state} was made to fail")
        if kind is Kind.KILLED_BEFORE:
            return self._kill(task)
        function = functions_by_name()[task.function]
        answer = function(task.payload, Context())
        if kind is Kind.TWICE:
            answer = function(task.payload, Context())
        if kind in (Kind.KILLED_AFTER, Kind.KILLED_DONE):
            self.deliver()
            return self._kill(task)
        if kind is Kind.AFTER and not task.token:
            raise Injected(f"{task.state} was made to fail though it was done")
        if kind is Kind.TRANSIENT and not task.token:
            raise Transient(f"{task.state} was made to fail for a moment")
        return answer

    def _kill(self, task: Task) -> None:
        self.engine.call("stop_execution", {"executionArn": task.execution, "error": "Killed", "cause": "by a fault"})

    def _fault_of(self, token: str) -> Fault | None:
        return self._asked[token][1] if token in self._asked else None

    def answer(self, token: str, error: str | None, text: str) -> None:
        """An answer to a task token, from a host or a function, as far as the fault lets it through."""
        fault = self._fault_of(token)
        match fault.kind if fault else None:
            case Kind.LOST | Kind.KILLED_DONE | Kind.KILLED_AFTER:
                return
            case Kind.LATE:
                self._late.append((token, error, text))
            case Kind.AFTER:
                self._say(token, "HostCommandFailed", "made to fail though it was done")
            case Kind.TRANSIENT:
                self._say(token, "TransientHostError", "made to fail for a moment")
            case _:
                self._say(token, error, text)

    def _say_late(self) -> None:
        while self._late:
            try:
                self._say(*self._late.pop(0))
            except TokenGone:
                continue
            raise AssertionError("an answer after the flow gave up was taken")

    def _say(self, token: str, error: str | None, text: str) -> None:
        try:
            if error is None:
                self.engine.call("send_task_success", {"taskToken": token, "output": text})
            else:
                self.engine.call("send_task_failure", {"taskToken": token, "error": error, "cause": text})
        except ClientError as gone:
            if gone.response["Error"]["Code"] in TOKEN_GONE:
                raise TokenGone(str(gone)) from None
            raise

    # what there is ------------------------------------------------------------------------------------------------

    def save(self) -> bytes:
        """The records and objects of the cloud, and what the hosts hold; the hosts' part stays in memory."""
        self.deliver()
        self.hear()
        self._kept = getattr(self, "_kept", {})
        key = len(self._kept)
        self._kept[key] = {name: host.save() for name, host in self.hosts.items()}
        tables = {name: table.items for name, table in self._tables().items()}
        return pickle.dumps((tables, self.objects(), key))

    def put_back(self, saved: bytes) -> None:
        """Be as when it was saved, with nothing under way and nothing said."""
        for host in self.hosts.values():
            host.journal.wait_until_told()
            host.wire.reports.clear()
        tables, objects, key = pickle.loads(saved)  # noqa: S301 - our own
        for name, table in self._tables().items():
            table.items = tables[name]
        self._put_objects_back(objects)
        for name, kept in self._kept[key].items():
            self.hosts[name].put_back(kept)
        self.engine.forget()
        self.queues.mail.clear()
        self.topics.alarms.clear()
        self.topics.events.clear()
        self.faults, self.visited = [], []
        self._asked.clear()
        self._late.clear()
        self._delayed.clear()

    def records(self, table: str) -> list[Json]:
        """All items of a record's table, plain."""
        found = []
        for entry in self._tables()[f"{names.PREFIX}-{table}"].items.values():
            for item in entry.values() if isinstance(entry, dict) else [entry]:
                stored = json.loads(json.dumps(item.attrs, default=lambda value: value.to_json()))
                found.append({name: _plain(value) for name, value in stored.items()})
        return found

    def tables(self) -> list[str]:
        """The names of all records."""
        return [name.removeprefix(f"{names.PREFIX}-") for name in self._tables()]

    def objects(self) -> dict[str, bytes]:
        """What the bucket holds."""
        store = boto3.client("s3")
        keys = [one["Key"] for one in store.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        return {key: store.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}

    def _put_objects_back(self, wanted: dict[str, bytes]) -> None:
        store, there = boto3.client("s3"), self.objects()
        for key in there.keys() - wanted.keys():
            store.delete_object(Bucket=BUCKET, Key=key)
        for key in wanted.keys() - there.keys():
            store.put_object(Bucket=BUCKET, Key=key, Body=wanted[key])

    def _tables(self) -> dict[str, Any]:
        tables: dict[str, Any] = dynamodb_backends[ACCOUNT][REGION].tables
        return tables


@dataclass
class Doors:
    """Stands where the clients' module has boto3: the one seam between the code under test and the services."""

    queues: Queues
    topics: Topics
    world: World | None = None

    def client(self, service: str, **options: Any) -> Any:
        """The fakes, and moto for what is left."""
        if service == "sqs":
            return self.queues
        if service == "sns":
            return self.topics
        if service == "stepfunctions":
            return FlowsDoor(self)
        return boto3.client(service, **options)  # type: ignore[call-overload]  # as in the module it stands for


@dataclass
class FlowsDoor:
    """Answers of functions go the way of hosts' answers; the rest goes to the engine."""

    doors: Doors

    def __getattr__(self, action: str) -> Any:
        world = self.doors.world
        assert world is not None
        if action == "send_task_success":
            return lambda taskToken, output: world.answer(taskToken, None, output)
        return getattr(FlowsClient(world.engine), action)


@contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """A cloud without hosts; they come with `enrol`."""
    with pytest.MonkeyPatch.context() as environment, in_process_cloud(environment) as cloud:
        doors = Doors(Queues(), Topics())
        with patch.object(clients, "boto3", doors):
            clients.client.cache_clear()
            world = World(cloud, doors.queues, doors.topics, folder)
            doors.world = world
            try:
                yield world
            finally:
                for host in world.hosts.values():
                    host.close()
                clients.client.cache_clear()


def _plain(value: Any) -> Any:
    """DynamoDB's notation as Python's; attributes that hold JSON are read."""
    kind, inside = next(iter(value.items()))
    match kind:
        case "NULL":
            return None
        case "N":
            return float(inside) if "." in inside else int(inside)
        case "L":
            return [_plain(one) for one in inside]
        case "M":
            return {name: _plain(one) for name, one in inside.items()}
        case "SS" | "NS" | "BS":
            return sorted(inside)
        case "S" if inside[:1] in ("[", "{"):
            return json.loads(inside)
        case _:
            return inside


def address_of(number: int) -> IPv4Address:
    """The address of the host with a number."""
    return IPv4Address("10.0.0.10") + number
