"""Counts what is asked of the embedded AWS, in the units that AWS bills: for budgets and benchmarks.

Off until somebody begins with `POST /_javelin/tally`; `GET /_javelin/tally` answers what was counted since, as one flat
object: "dynamodb/PutItem/requests", "dynamodb/read_units", "lambda/<function>/invocations", "states/transitions" ...
Counting asks DynamoDB for the units of each request, which costs time: do not measure time meanwhile.
"""

import json
import re
import threading
from collections import Counter
from typing import Any

ROUTE = "/_javelin/tally"
SERVICE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([a-z0-9-]+)/")
ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z]+)")
READING = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
MEASURED = READING | {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
Json = dict[str, Any]


class Tally:
    """What was counted since `begin`."""

    def __init__(self) -> None:
        self.counting = False
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def begin(self) -> None:
        """Count from nothing."""
        with self._lock:
            self._counts.clear()
            self.counting = True

    def counts(self) -> dict[str, float]:
        """Everything counted so far; counting goes on."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def end(self) -> None:
        """Count no more."""
        self.counting = False

    def add(self, name: str, amount: float = 1) -> None:
        """Count something, if anybody wants to know."""
        if self.counting:
            with self._lock:
                self._counts[name] += amount  # type: ignore[assignment]  # Counter is typed for whole numbers only

    def request(self, target: str, authorization: str, body: bytes) -> None:
        """Count a request of the AWS API by its service and action."""
        if not self.counting:
            return
        service = SERVICE.search(authorization)
        action = target.rpartition(".")[2]
        if not action and (found := ACTION.search(body)):
            action = found[1].decode()
        name = service[1] if service else "public"
        self.add(f"{name}/{action or 'other'}/requests")
        if name == "sqs" and action.startswith("SendMessage"):
            queue = str(json.loads(body).get("QueueUrl", "")).rpartition("/")[2]
            self.add("sqs/host_commands" if queue.startswith("javelin-host-") else f"sqs/{queue}/messages")

    def invoked(self, function: str, memory: int, seconds: float) -> None:
        """Count an invocation of a function of `memory` MiB that took so long."""
        self.add(f"lambda/{function}/invocations")
        self.add("lambda/gib_seconds", memory / 1024 * seconds)

    def asking(self, target: str, body: bytes) -> bytes:
        """The request, with the question how many units it takes."""
        if not self.counting or target.rpartition(".")[2] not in MEASURED:
            return body
        return json.dumps(json.loads(body) | {"ReturnConsumedCapacity": "TOTAL"}).encode()

    def answered(self, target: str, body: bytes) -> None:
        """Count the units and items of DynamoDB's answer."""
        action = target.rpartition(".")[2]
        if not self.counting or action not in MEASURED:
            return
        answer: Json = json.loads(body)
        consumed = answer.get("ConsumedCapacity") or []
        rows = consumed if isinstance(consumed, list) else [consumed]
        units = sum(float(row["CapacityUnits"]) for row in rows)
        self.add("dynamodb/read_units" if action in READING else "dynamodb/write_units", units)
        found = len(answer.get("Items", ())) + ("Item" in answer)
        found += sum(len(items) for items in answer["Responses"].values()) if action == "BatchGetItem" else 0
        self.add("dynamodb/items_read", found)


tally = Tally()
