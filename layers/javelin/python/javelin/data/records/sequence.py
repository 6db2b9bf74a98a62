"""Sequence: where lists stand - how many items were ever made in a scope, and how many live in each bucket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.attributes import UnicodeAttribute

from javelin.data.record import Table, table_name
from javelin.discovery.clients import client

BUCKET = 500
CLOUD = "cloud"


class Sequence(Table):
    """Two kinds of items.

    `<scope>`: how many records of each kind were ever made for an account (scope = its id) or in the whole cloud.
    `<kind>#<scope>`: `counts` maps a bucket's number to its live items; the record's stream keeps it, so it may lag by
    seconds.
    """

    class Meta:
        table_name = table_name("Sequence")

    name = UnicodeAttribute(hash_key=True)


def issue(scope: str, amounts: dict[str, int]) -> dict[str, int]:
    """Take the next numbers of a scope for so many records of each kind; answers the first number taken of each."""
    kinds = sorted(amounts)
    answer = client("dynamodb").update_item(
        TableName=Sequence.Meta.table_name,
        Key={"name": {"S": scope}},
        UpdateExpression="ADD " + ", ".join(f"#k{place} :k{place}" for place in range(len(kinds))),
        ExpressionAttributeNames={f"#k{place}": kind for place, kind in enumerate(kinds)},
        ExpressionAttributeValues={f":k{place}": {"N": str(amounts[kind])} for place, kind in enumerate(kinds)},
        ReturnValues="UPDATED_NEW",
    )
    return {kind: int(answer["Attributes"][kind]["N"]) - amounts[kind] for kind in kinds}


def list_key(kind: str, scope: str) -> str:
    """The name of a list: VirtualMachine#cloud."""
    return f"{kind}#{scope}"


def bucket_key(name: str, number: int) -> str:
    """The partition of a list's bucket in the index; at most 500 items share one."""
    return f"{name}/{number}"


class Standing:
    """How far a list reaches: the number of its buckets, and how many items are in each (may lag by seconds)."""

    def __init__(self, issued: int, counts: dict[str, Any]) -> None:
        self.buckets = (issued + BUCKET - 1) // BUCKET
        self.counts = [max(0, int(counts.get(str(number), {"N": "0"})["N"])) for number in range(self.buckets)]


def standings(kind: str, scopes: Iterable[str]) -> dict[str, Standing]:
    """The standing of a kind's lists, by list name."""
    wanted = list(dict.fromkeys(scopes))
    items = _load([*wanted, *(list_key(kind, scope) for scope in wanted)])
    found = {}
    for scope in wanted:
        name = list_key(kind, scope)
        issued = int(items.get(scope, {}).get(kind, {"N": "0"})["N"])
        found[name] = Standing(issued, items.get(name, {}).get("counts", {}).get("M", {}))
    return found


def adjust(name: str, changes: dict[str, int]) -> None:
    """Add to the live counts of a list's buckets; called by the streams' consumer alone."""
    table, key = Sequence.Meta.table_name, {"name": {"S": name}}
    numbers = sorted(changes)
    addition = {
        "TableName": table,
        "Key": key,
        "UpdateExpression": "ADD " + ", ".join(f"#counts.#b{place} :b{place}" for place in range(len(numbers))),
        "ExpressionAttributeNames": {"#counts": "counts"} | {f"#b{i}": number for i, number in enumerate(numbers)},
        "ExpressionAttributeValues": {f":b{i}": {"N": str(changes[number])} for i, number in enumerate(numbers)},
    }
    try:
        client("dynamodb").update_item(**addition)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":  # the map is not there yet
            raise
        _have_counts(name)
        client("dynamodb").update_item(**addition)


def counted(names: list[str]) -> dict[str, dict[int, int]]:
    """The live counts of lists as they are kept, by list and bucket: also those of buckets that should have none."""
    items = _load(names)
    return {
        name: {
            int(number): int(count["N"]) for number, count in items.get(name, {}).get("counts", {}).get("M", {}).items()
        }
        for name in names
    }


def correct(name: str, number: int, was: int, wanted: int) -> bool:
    """Set the live count of a list's bucket if it is what was read; the reconciler's alone."""
    if not was:
        _have_counts(name)
    as_read = "#counts.#b = :was" if was else "attribute_not_exists(#counts.#b) OR #counts.#b = :was"
    try:
        client("dynamodb").update_item(
            TableName=Sequence.Meta.table_name, Key={"name": {"S": name}}, UpdateExpression="SET #counts.#b = :wanted",
            ConditionExpression=as_read,
            ExpressionAttributeNames={"#counts": "counts", "#b": str(number)},
            ExpressionAttributeValues={":was": {"N": str(was)}, ":wanted": {"N": str(wanted)}},
        )  # fmt: skip
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _have_counts(name: str) -> None:
    """Give a list the map that its counts are added to."""
    client("dynamodb").update_item(
        TableName=Sequence.Meta.table_name, Key={"name": {"S": name}},
        UpdateExpression="SET #counts = if_not_exists(#counts, :none)",
        ExpressionAttributeNames={"#counts": "counts"}, ExpressionAttributeValues={":none": {"M": {}}},
    )  # fmt: skip


def _load(names: list[str]) -> dict[str, dict[str, Any]]:
    table = Sequence.Meta.table_name
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(names), 100):
        request: Any = {table: {"Keys": [{"name": {"S": name}} for name in names[start : start + 100]]}}
        while request:
            answer = client("dynamodb").batch_get_item(RequestItems=request)
            found.update({item["name"]["S"]: item for item in answer["Responses"].get(table, [])})
            request = answer.get("UnprocessedKeys")
    return found
