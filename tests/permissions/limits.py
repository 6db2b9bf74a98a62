"""What AWS refuses whoever asks: requests that are too large, or that say the same thing twice."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.permissions.policies import stacks

Json = dict[str, Any]
KIB = 1024
BATCH_GET, TRANSACTION, PUBLISH = 100, 100, 10  # items in a request
ITEM = 400 * KIB
PUBLISHED = 256 * KIB  # of SNS, all messages of a batch together
MESSAGE = KIB * KIB  # of SQS, with its attributes
STATE = 256 * KIB  # the input of an execution, the answer to a task token
CAUSE = 32_768  # characters
INVOKE = 6 * KIB * KIB
EXECUTION_NAME = 80


def broken(service: str, operation: str, given: Json) -> Iterator[str]:
    """Why AWS would refuse the request, in sentences."""
    match service, operation:
        case "dynamodb", "TransactWriteItems":
            parts = [(kind, part) for item in given["TransactItems"] for kind, part in item.items()]
            yield from _most(len(parts), TRANSACTION, "writes in a transaction")
            yield from _once((_key(part) for _, part in parts), "transaction")
            for part in (part for kind, part in parts if kind == "Put"):
                yield from _item(part)
        case "dynamodb", "BatchGetItem":
            keys = [(table, json.dumps(key)) for table, rows in given["RequestItems"].items() for key in rows["Keys"]]
            yield from _most(len(keys), BATCH_GET, "keys in a batch")
            yield from _once(keys, "batch")
        case "dynamodb", "PutItem":
            yield from _item(given)
        case "dynamodb", "Query":
            if given.get("IndexName") and given.get("ConsistentRead"):
                yield f"a consistent read of index {given['IndexName']}"
        case "sns", "Publish":
            yield from _most(_size(given["Message"]), PUBLISHED, "bytes in a message")
        case "sns", "PublishBatch":
            entries = given["PublishBatchRequestEntries"]
            yield from _most(len(entries), PUBLISH, "messages in a batch")
            yield from _most(_size(entries), PUBLISHED, "bytes in a batch")
        case "sqs", "SendMessage":
            yield from _most(
                _size([given["MessageBody"], given.get("MessageAttributes")]), MESSAGE, "bytes in a message"
            )
        case "stepfunctions", "StartExecution":
            yield from _most(len(given["name"]), EXECUTION_NAME, "characters in a name")
            yield from _most(_size(given["input"]), STATE, "bytes of input")
        case "stepfunctions", "SendTaskSuccess":
            yield from _most(_size(given["output"]), STATE, "bytes of output")
        case "stepfunctions", "StopExecution":
            yield from _most(len(given["cause"]), CAUSE, "characters of a cause")
        case "lambda", "Invoke":
            yield from _most(_size(given.get("Payload", b"")), INVOKE, "bytes of payload")


def _most(amount: int, most: int, what: str) -> Iterator[str]:
    if amount > most:
        yield f"{amount} {what}, where {most} are allowed"


def _once(keys: Iterable[Any], what: str) -> Iterator[str]:
    seen: set[Any] = set()
    for key in keys:
        if key in seen:
            yield f"a {what} with {key} twice"
        seen.add(key)


def _item(part: Json) -> Iterator[str]:
    """Too large, or a key of the table or an index that is empty or of another type than was declared."""
    table, item = part["TableName"], part["Item"]
    yield from _most(_size(item), ITEM, "bytes of an item")
    for described in _tables()[table]["AttributeDefinitions"]:
        name, kind = described["AttributeName"], described["AttributeType"]
        if name in item and not item[name].get(kind):
            yield f"an item of {table} whose key {name} is {item[name]}"


def _key(part: Json) -> tuple[str, str]:
    """Which item a part of a transaction is on."""
    item = part.get("Key") or part["Item"]
    keys = [key["AttributeName"] for key in _tables()[part["TableName"]]["KeySchema"]]
    return part["TableName"], json.dumps({name: item[name] for name in keys})


@functools.cache
def _tables() -> dict[str, Json]:
    described = [one["Properties"] for one in stacks()["tables"].values() if one["Type"] == "AWS::DynamoDB::Table"]
    return {one["TableName"]: one for one in described}


def _size(value: Any) -> int:
    if isinstance(value, bytes):
        return len(value)
    return len((value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)).encode())
