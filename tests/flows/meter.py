"""Counts what the code under test asks of AWS, and says what that costs at list prices."""

from __future__ import annotations

import difflib
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from functions.fabric_monitoring import _sender
from javelin.data import setting, settings
from javelin.discovery import clients
from javelin.messaging import hosts
from tests.benchmarks.prices import DOLLARS
from tests.flows import tables

Json = dict[str, Any]
READING = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
ASIDE = frozenset({"DescribeTable"})  # PynamoDB asks once per process
FREE = frozenset({"sqs/get_queue_url", "s3/generate_presigned_url"})  # asked once per process, or not asked at all
UNITS = ("read units", "write units", "KiB")
WOBBLE = 0.05  # part by which units may differ: records hold times, whose length differs by some bytes
SECONDS = 0.1  # that a function is taken to run; a test that counts does not look at clocks


@dataclass
class Meter:
    """`counts` are requests by service and action; `reads` and `writes` are DynamoDB's units; `moved` is bytes, asked and
    answered together."""

    counts: Counter[str] = field(default_factory=Counter)
    reads: float = 0
    writes: float = 0
    moved: int = 0
    aside: bool = False  # while set, nothing is counted
    functions: list[int] = field(default_factory=list)  # MiB of every one that ran
    transitions: int = 0
    commands: int = 0
    calls: int = 1  # of the API

    def told(self) -> Json:
        """All of it, as a budget keeps it."""
        used = {
            "read units": self.reads, "write units": self.writes, "KiB": round(self.moved / 1024),
            "functions": len(self.functions), "transitions": self.transitions, "host commands": self.commands,
        }  # fmt: skip
        used = {what: amount for what, amount in used.items() if amount}
        return {"requests": dict(sorted(self.counts.items())), "used": used, "dollars": f"{self.dollars():.8f}"}

    def dollars(self) -> float:
        """At list prices, with functions that run as long as SECONDS."""
        sent = {name: number for name, number in self.counts.items() if name not in FREE}
        used = {
            "transition": self.transitions, "invocation": len(self.functions),
            "gib_second": sum(self.functions) / 1024 * SECONDS, "read_unit": self.reads, "write_unit": self.writes,
            "sqs_request": sum(number for name, number in sent.items() if name.startswith("sqs/")),
            "sns_request": sum(number for name, number in sent.items() if name.startswith("sns/")), "api_request": self.calls,
        }  # fmt: skip
        return sum(DOLLARS[what] * amount for what, amount in used.items())


class Counting:
    """A client whose actions are counted."""

    def __init__(self, service: str, client: Any, meter: Meter) -> None:
        self._service, self._client, self._meter = service, client, meter

    def __getattr__(self, action: str) -> Any:
        does = getattr(self._client, action)
        if not callable(does) or isinstance(does, type) or action == "exceptions":
            return does

        def call(*named: Any, **given: Any) -> Any:
            answer = does(*named, **given)
            if self._meter.aside:
                return answer
            self._meter.counts[f"{self._service}/{action}"] += 1
            self._meter.moved += size(given) + size(answer)
            return answer

        return call


class StoppedClock:
    """The module `time`, standing still: what workers keep for some seconds is not asked for anew between two requests."""

    def __init__(self) -> None:
        now, moment = time.time(), time.monotonic()
        self.time, self.monotonic = lambda: now, lambda: moment


@contextmanager
def metering(doors: Any) -> Iterator[Meter]:
    """Count from here on; `doors` is what stands for boto3. Caches are empty, and chance always falls the same."""
    meter, ask, open_door = Meter(), tables.call, doors.client
    one_by_one = threading.Lock()  # lists ask several partitions at the same time
    clients.client.cache_clear()
    for kept in (clients.queue_url, hosts._command_key, _sender._known_key):
        kept.cache_clear()
    settings.forget()
    random.seed(1)

    def asked(operation: str, parameters: Json, *, must: bool = True) -> Json:
        answer = ask(operation, {**parameters, "ReturnConsumedCapacity": "TOTAL"}, must=must)
        with one_by_one:
            count(operation, parameters, answer)
        return answer

    def count(operation: str, parameters: Json, answer: Json) -> None:
        if operation not in ASIDE and not meter.aside:
            meter.counts[f"dynamodb/{operation}"] += 1
            meter.moved += size(parameters) + size(answer)
            consumed = answer.pop("ConsumedCapacity", None) or []
            units = sum(float(row["CapacityUnits"]) for row in (consumed if isinstance(consumed, list) else [consumed]))
            if operation in READING:
                meter.reads += units
            else:
                meter.writes += units

    def client(service: str, **options: Any) -> Any:
        opened = open_door(service, **options)
        return opened if service == "dynamodb" else Counting(service, opened, meter)

    with ExitStack() as patches:
        for module in (setting, hosts, _sender):
            patches.enter_context(patch.object(module, "time", StoppedClock()))
        patches.enter_context(patch.object(tables, "call", asked))
        patches.enter_context(patch.object(doors, "client", client))
        yield meter
    clients.client.cache_clear()


def size(message: Any) -> int:
    """Bytes of what is asked or answered, as JSON has it."""
    return len(json.dumps(message, default=str))


def keep(golden: Path, name: str, told: Json) -> None:
    """Hold what was counted against the golden file, or write it there with UPDATE_BUDGETS=1. AssertionError: the diff."""
    known: Json = json.loads(golden.read_text()) if golden.exists() else {}
    if os.environ.get("UPDATE_BUDGETS"):
        golden.write_text(lines({**known, name: told}))
        return
    before, after = lines({name: known.get(name)}), lines({name: _settled(known.get(name), told)})
    difference = "\n".join(
        difflib.unified_diff(before.splitlines(), after.splitlines(), "kept", "counted", lineterm="")
    )
    assert not difference, f"{difference}\nIs that meant? Then UPDATE_BUDGETS=1, and commit {golden.name}."


def _settled(known: Json | None, told: Json) -> Json:
    """What was counted; units that a few bytes more or less decide are as they were kept."""
    if known is None:
        return told
    units = {what: known["used"].get(what, 0) for what in UNITS}
    near = all(abs(told["used"].get(what, 0) - kept) <= max(1.0, WOBBLE * kept) for what, kept in units.items())
    same = {what: amount for what, amount in told["used"].items() if what not in UNITS} == {
        what: amount for what, amount in known["used"].items() if what not in UNITS
    }
    if not (near and same and told["requests"] == known["requests"]):
        return told
    return {**told, "used": known["used"], "dollars": known["dollars"]}


def forget_others(golden: Path, names: set[str]) -> None:
    """No budget is kept of what there is no more."""
    known: Json = json.loads(golden.read_text())
    if os.environ.get("UPDATE_BUDGETS"):
        golden.write_text(lines({name: told for name, told in known.items() if name in names}))
        return
    assert set(known) <= names, f"take out {set(known) - names}: UPDATE_BUDGETS=1"


def lines(budgets: Json) -> str:
    """JSON that shows a change in few lines."""
    rows = []
    for name, told in sorted(budgets.items()):
        inside = [f"    {json.dumps(what)}: {json.dumps(amount)}" for what, amount in (told or {}).items()]
        rows.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(inside) + "\n  }")
    return "{\n" + ",\n".join(rows) + "\n}\n"
