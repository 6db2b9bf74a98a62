"""Writes that are explained: their conditions are checked by DynamoDB itself, and nothing is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from pynamodb.exceptions import VerboseClientError

from javelin.contract.explaining import Picture
from javelin.discovery.names import PREFIX

Json = dict[str, Any]
Ask = Callable[[str, Json], Json]
KeyOf = Callable[[str, Json], Json]  # of a table and an item: the part of the item that is its key

VERBS = {"Put": "creates", "Update": "changes", "Delete": "deletes", "ConditionCheck": ""}
SINGLE = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}
_PLACEHOLDER = re.compile(r"[#:]\w+")


def dispatch(ask: Ask, key_of: KeyOf, operation: str, request: Json, would: Picture) -> Json:
    """Answer a request as DynamoDB would; reads go there, writes are noted once their conditions hold."""
    if operation == "TransactWriteItems":
        _check(ask, key_of, [next(iter(item.items())) for item in request["TransactItems"]], would)
        return {}
    if operation == "BatchWriteItem":
        for table, rows in request["RequestItems"].items():
            for row in rows:
                if "PutRequest" in row:
                    _note("Put", table, key_of(table, row["PutRequest"]["Item"]), would)
                else:
                    _note("Delete", table, row["DeleteRequest"]["Key"], would)
        return {}
    if operation in SINGLE:
        return _one(ask, key_of, operation, request, would)
    return ask(operation, request)


def _one(ask: Ask, key_of: KeyOf, operation: str, request: Json, would: Picture) -> Json:
    try:
        _check(ask, key_of, [(SINGLE[operation], request)], would)
    except VerboseClientError as error:
        if not any(reason and reason.code == "ConditionalCheckFailed" for reason in error.cancellation_reasons or []):
            raise
        failed: Any = {
            "Error": {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"}
        }
        raise VerboseClientError(failed, operation, {"request_id": "", "table_name": request["TableName"]}) from error
    if operation != "UpdateItem":
        return {}
    stored = ask("GetItem", {"TableName": request["TableName"], "Key": request["Key"], "ConsistentRead": True})
    return {"Attributes": stored.get("Item", request["Key"])}


def _check(ask: Ask, key_of: KeyOf, writes: list[tuple[str, Json]], would: Picture) -> None:
    """The conditions in a transaction of their own; a failed one keeps its place among the reasons."""
    checks: list[Json] = []
    places: list[int] = []
    for place, (_, write) in enumerate(writes):
        key = write["Key"] if "Key" in write else key_of(write["TableName"], write["Item"])
        known = would.has_written(_kind(write["TableName"]), _text(key))
        if "ConditionExpression" in write and not known:
            checks.append({"ConditionCheck": _condition(write, key)})
            places.append(place)
    if checks:
        try:
            ask("TransactWriteItems", {"TransactItems": checks})
        except VerboseClientError as error:
            reasons: list[Any] = [None] * len(writes)
            for place, reason in zip(places, error.cancellation_reasons or [], strict=False):
                reasons[place] = reason
            answered: Any = error.response
            raise VerboseClientError(answered, error.operation_name, cancellation_reasons=reasons) from error
    for verb, write in writes:
        key = write["Key"] if "Key" in write else key_of(write["TableName"], write["Item"])
        _note(_meant(verb, write), write["TableName"], key, would)


def _meant(verb: str, write: Json) -> str:
    """A put of what must be there is a change."""
    there = "attribute_not_exists" not in write.get("ConditionExpression", "attribute_not_exists")
    return "Update" if verb == "Put" and there else verb


def _note(verb: str, table: str, key: Json, would: Picture) -> None:
    if VERBS[verb]:
        would.write(VERBS[verb], _kind(table), _text(key))


def _condition(write: Json, key: Json) -> Json:
    """The condition alone: DynamoDB refuses placeholders that it does not use."""
    used = set(_PLACEHOLDER.findall(write["ConditionExpression"]))
    check = {"TableName": write["TableName"], "Key": key, "ConditionExpression": write["ConditionExpression"]}
    for part in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if kept := {name: value for name, value in write.get(part, {}).items() if name in used}:
            check[part] = kept
    return check


def _kind(table: str) -> str:
    return table.removeprefix(f"{PREFIX}-")


def _text(key: Json) -> str:
    return json.dumps(key, sort_keys=True, default=str)
