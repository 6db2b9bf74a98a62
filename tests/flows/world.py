"""A whole cloud in one process: records, functions, flows and hosts, all real but for the wires between them."""

from __future__ import annotations

import functools
import itertools
import json
import pickle
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError

from bridge.cloud import TOKEN_GONE, TokenGone
from functions.fabric_monitoring._guests import Busy
from functions.fabric_monitoring.actions import receive_report
from functions.orchestration.actions import reconcile, settle_execution
from infra.generator.declarations import COMPONENTS, functions
from javelin.data.records.host_status import HostStatus
from javelin.discovery import names
from javelin.flow import waiting
from tests.cloud import Cloud, Context
from tests.flows.cutting import Seam, cut_off, overtaken
from tests.flows.engine import Engine, Task
from tests.flows.faults import Fault, Injected, Kind, Transient
from tests.flows.hosts import SimulatedHost
from tests.flows.services import Bucket, Mail, Queues, Topics
from tests.flows.tables import Tables
from tests.permissions.watch import running

Json = dict[str, Any]
Answer = tuple[str, str | None, str]  # token, error, output or cause


LATER = 2 * waiting.LONG_PAUSE  # seconds


@functools.cache
def functions_by_name() -> dict[str, Any]:
    """Every function of every component, as Lambda names them."""
    return {one.function_name: one.declaration for component in COMPONENTS for one in functions(component)}


@dataclass
class World:
    """Operations are called through `cloud`; `finish` lets everything that they started come to its end."""

    cloud: Cloud
    tables: Tables
    queues: Queues
    topics: Topics
    bucket: Bucket
    folder: Path
    hosts: dict[str, SimulatedHost] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    letters: list[Mail] = field(default_factory=list)  # what hosts were given
    visited: list[str] = field(default_factory=list)  # states, in order
    on_entry: Callable[[str], None] = field(default=lambda state: None)  # called before a state's function
    unheard: int = 0  # reports that nobody could act on yet
    away: bool = False  # whether jobs that wait for hosts wait in vain

    def __post_init__(self) -> None:
        self.engine = Engine(self._perform, self._settle, lambda: self.reconcile(0))
        self._asked: dict[str, tuple[Task, Fault | None]] = {}  # by token
        self._answers: list[Answer] = []  # of the task under way; the flow goes on when all is quiet
        self._late: list[Answer] = []
        self._delayed: list[Mail] = []
        self._receipts = itertools.count()

    def finish(self) -> None:
        """Run all flows, deliver all letters and reports, until nothing moves any more."""
        while True:
            self.engine.run()
            self._settle()
            if self.engine.ended:
                events, self.engine.ended = self.engine.ended, []
                for event in events:
                    settle_execution.handler({"detail": event}, Context())
                continue
            if not self.away and any(job.get("waits") for job in self.records("Job")):
                self.come_back()
                continue
            if self._late or self._delayed:
                self._say_late()
                while self._delayed:
                    self._obey(*self._delayed.pop(0))
                self._answers.clear()
                continue
            if not self.queues.mail and not self.engine.started:
                break
        self.hear()

    def come_back(self) -> None:
        """Every host is heard of again, and the reconciler comes by."""
        for key in self.hosts:
            HostStatus(key).update([HostStatus.seen.set(int(time.time() + LATER))])
        self.reconcile(LATER)

    def reconcile(self, later: float) -> Json:
        """The reconciler comes by so many seconds from now; what it found."""
        moment = time.time() + later
        with patch.object(time, "time", lambda: moment):
            found: Json = reconcile.handler({"now": True}, Context())
        return found

    def hear(self) -> None:
        """Give the hosts' reports to the function that takes them."""
        for host in self.hosts.values():
            host.journal.wait_until_told()
            bodies, host.wire.reports = host.wire.reports, []
            for body in bodies:
                try:
                    with running(names.function("fabric_monitoring", "receive_report")):
                        receive_report.receive(body)
                except Busy:
                    self.unheard += 1  # a stuck job holds the guest; the report comes again for days

    def deliver(self) -> None:
        """Let the hosts do what waits in their queues."""
        while self.queues.mail:
            letter = self.queues.mail.popleft()
            token = json.loads(letter[1])["token"]
            fault = self._fault_of(token)
            if fault is not None:
                fault.asked = True
            match fault.kind if fault else None:
                case Kind.REFUSED:
                    self._obey(letter[0], *self._host_of(letter[0]).newer(letter[1]))
                case Kind.DELAYED | Kind.KILLED_AFTER:
                    self._delayed.append(letter)
                case Kind.DOUBLED:
                    self._obey(*letter)
                    self._obey(*letter)
                case _:
                    self._obey(*letter)

    def _host_of(self, queue: str) -> SimulatedHost:
        host = next((each for key, each in self.hosts.items() if names.host_queue(key) == queue), None)
        assert host is not None, f"no host listens to {queue}"
        return host

    def _obey(self, queue: str, body: str, signature: str) -> None:
        host = self._host_of(queue)
        self.letters.append((queue, body, signature))
        host.obey(body, signature, f"receipt-{next(self._receipts)}")

    def _perform(self, task: Task) -> Any:
        self.visited.append(task.state)
        self.on_entry(task.state)
        self._say_late()
        fault = next((one for one in self.faults if one.meets(task.state)), None)
        if task.token:
            self._asked[task.token] = (task, fault)
        kind = fault.kind if fault else None
        if kind is Kind.BEFORE:
            raise Injected(f"{task.state} was made to fail")
        if kind is Kind.KILLED_BEFORE:
            return self._kill(task)
        function = partial(functions_by_name()[task.function], task.payload, Context())
        with cut_off(fault, self.seams()) if fault and kind is Kind.CUT else nullcontext():
            answer = overtaken(function) if kind is Kind.OVERTAKEN else function()
        if kind is Kind.TWICE:
            answer = function()
        if kind in (Kind.KILLED_AFTER, Kind.KILLED_DONE):
            self.deliver()
            return self._kill(task)
        if kind is Kind.AFTER and not task.token:
            raise Injected(f"{task.state} was made to fail though it was done")
        if kind is Kind.TRANSIENT and not task.token:
            raise Transient(f"{task.state} was made to fail for a moment")
        return answer

    def seams(self) -> list[Seam]:
        """Where functions do something to what is not a table."""
        return [
            (self.queues, "send_message"), (self.queues, "send_message_batch"),
            (self.bucket, "put_object"), (self.bucket, "delete_object"), (self.topics, "publish"),
            (self.topics, "publish_batch"), (self, "answer"), (self.engine, "call"),
        ]  # fmt: skip

    def _kill(self, task: Task) -> None:
        self.engine.call("stop_execution", {"executionArn": task.execution, "error": "Killed", "cause": "by a fault"})

    def _fault_of(self, token: str) -> Fault | None:
        return self._asked[token][1] if token in self._asked else None

    def answer(self, token: str, error: str | None, text: str) -> None:
        """An answer to a task token, from a host or a function, as far as the fault lets it through."""
        fault = self._fault_of(token)
        match fault.kind if fault and not fault.idle else None:
            case Kind.LOST | Kind.KILLED_DONE | Kind.KILLED_AFTER:
                return
            case Kind.LATE:
                self._late.append((token, error, text))
            case Kind.AFTER:
                self._answers.append((token, "HostCommandFailed", "made to fail though it was done"))
            case Kind.TRANSIENT:
                self._answers.append((token, "TransientHostError", "made to fail for a moment"))
            case _:
                self._answers.append((token, error, text))

    def _settle(self) -> None:
        self.deliver()
        answers, self._answers = self._answers, []
        for answer in answers:
            with suppress(TokenGone):  # the second of two answers
                self._say(*answer)

    def _say_late(self) -> None:
        while self._late:
            with suppress(TokenGone):
                self._say(*self._late.pop(0))
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

    def save(self) -> bytes:
        """The records and objects of the cloud, and what the hosts hold; the hosts' part stays in memory."""
        self.deliver()
        self.hear()
        self._kept = getattr(self, "_kept", {})
        key = len(self._kept)
        self._kept[key] = {name: host.save() for name, host in self.hosts.items()}
        return pickle.dumps((self.tables.save(), self.bucket.objects, key))

    def put_back(self, saved: bytes) -> None:
        """Be as when it was saved, with nothing under way and nothing said."""
        for host in self.hosts.values():
            host.journal.wait_until_told()
            host.wire.reports.clear()
        tables, objects, key = pickle.loads(saved)  # noqa: S301 - our own
        self.tables.put_back(tables)
        self.bucket.objects = objects
        for name, kept in self._kept[key].items():
            self.hosts[name].put_back(kept)
        self.engine.forget()
        self.queues.mail.clear()
        self.queues.ordered.clear()
        self.topics.alarms.clear()
        self.topics.events.clear()
        self.topics.deaf = False
        self.faults, self.visited, self.on_entry, self.away = [], [], lambda state: None, False
        self.letters.clear()
        self._asked.clear()
        self._late.clear()
        self._answers.clear()
        self._delayed.clear()

    def records(self, table: str) -> list[Json]:
        """All items of a record's table, plain."""
        return self.tables.records(table)
