"""DynamoDB for tests in one process: the embedded AWS's tables, called without a wire.

A test makes up to a hundred requests; through moto they take most of its time.
"""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import count
from threading import RLock
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import dynamodb
from pynamodb.connection.base import Connection
from pynamodb.exceptions import CancellationReason, VerboseClientError

from infra.local.aws.adapters import known_expressions, plain_copies
from infra.local.aws.settings import Settings
from javelin.data.folded import unfold
from javelin.discovery.names import PREFIX, snake
from tests.account import ACCOUNT, REGION, make_tables
from tests.permissions import watch

Json = dict[str, Any]
Saved = dict[str, tuple[int, bytes]]  # the version and the items of each table
READS = frozenset({"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan", "DescribeTable"})
_lock = RLock()
_numbers = count()
_versions: dict[str, int] = {}  # of what each table holds; the same number is the same items


class Tables:
    """All tables: made, looked at, saved and put back; what did not change is neither read nor put back again."""

    def create_table(self, **wanted: Any) -> None:
        """Make a table, empty."""
        call("DeleteTable", {"TableName": wanted["TableName"]}, must=False)
        call("CreateTable", wanted)

    def save(self) -> Saved:
        """All items."""
        with _lock:
            enter()
            return {name: (_versions[name], _pickled(name, _versions[name])) for name in dynamodb._tables}

    def put_back(self, saved: Saved) -> None:
        """Hold what was held when it was saved."""
        with _lock:
            enter()
            for name, (version, items) in saved.items():
                if _versions[name] == version:
                    continue
                table = dynamodb._tables[name]
                table["items"] = pickle.loads(items)  # noqa: S301 - our own
                table.pop(dynamodb._INDEX_MEMBERS, None)
                dynamodb._update_counts(table)
                _versions[name] = version

    def names(self) -> list[str]:
        """The names of all records."""
        enter()
        return [name.removeprefix(f"{PREFIX}-") for name in dynamodb._tables]

    def records(self, name: str) -> list[Json]:
        """All items of a record, plain."""
        table = f"{PREFIX}-{name}"
        with _lock:
            enter()
            return [dict(row) for row in _rows(table, _versions[table])]

    def images(self) -> dict[tuple[str, str], Json]:
        """All items that are in lists, by table and key, as streams tell them."""
        enter()
        return {
            (name, key): item
            for name, table in dynamodb._tables.items()
            for key, partition in table["items"].items()
            for item in partition.values()
            if "cloud_bucket" in item
        }


class TablesClient:
    """What boto3.client("dynamodb") is for the code under test."""

    meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_: None))  # there are no answers to parse

    def __getattr__(self, action: str) -> Callable[..., Json]:
        if action == "meta":  # there is no wire to listen to
            raise AttributeError(action)
        operation = "".join(word.capitalize() for word in action.split("_"))
        return lambda **parameters: call(operation, parameters)


def call(operation: str, parameters: Json, *, must: bool = True) -> Json:
    """One request; raises botocore's error if it is refused."""
    watch.asked("dynamodb", operation, parameters)
    request = json.loads(json.dumps(parameters, default=_encoded))
    with _lock:
        enter()
        if operation not in READS:
            changed(*_written(request))
        status, _, body = getattr(dynamodb, f"_{snake(operation)}")(request)
    text = body if isinstance(body, str) else body.decode()
    answer: Json = json.loads(text)
    if status != 200 and must:
        code = answer["__type"].split("#")[-1]
        error = {"Code": code, "Message": answer.get("message") or answer.get("Message") or ""}
        said: Any = {"Error": error, "CancellationReasons": answer.get("CancellationReasons", [])}
        raise ClientError(said, operation)
    return _decoded(answer) if '"B"' in text else answer


def changed(*tables: str) -> None:
    """These tables hold something else from now on."""
    for table in tables:
        _versions[table] = next(_numbers)


def _written(request: Json) -> list[str]:
    """The tables that a request may change."""
    if "TransactItems" in request:
        return [about["TableName"] for item in request["TransactItems"] for about in item.values()]
    return list(request["RequestItems"]) if "RequestItems" in request else [request["TableName"]]


@lru_cache(maxsize=512)
def _pickled(table: str, _version: int) -> bytes:
    return pickle.dumps(dynamodb._tables[table]["items"])


@lru_cache(maxsize=512)
def _rows(table: str, _version: int) -> list[Json]:
    return [
        {attribute: _plain(value) for attribute, value in item.items()}
        for partition in dynamodb._tables[table]["items"].values()
        for item in partition.values()
    ]


@contextmanager
def fast_tables() -> Iterator[None]:
    """Records are in these tables from now on, which begin empty; in the end what was in them before is there again."""
    tables, empty = _made()
    outside = tables.save()
    tables.put_back(empty)
    try:
        with patch.object(Connection, "_make_api_call", _make_api_call):
            yield
    finally:
        tables.put_back(outside)


@cache
def _made() -> tuple[Tables, Saved]:
    """The tables of this process, and what they hold when they are empty."""
    for adapter in (plain_copies, known_expressions):
        adapter.apply(Settings.from_environment())
    tables = Tables()
    enter()
    make_tables(tables)
    return tables, tables.save()


def _make_api_call(self: Connection, operation_name: str, operation_kwargs: Json) -> Json:
    try:
        return call(operation_name, operation_kwargs)
    except ClientError as error:
        reasons = [
            CancellationReason(code=reason["Code"], message=reason.get("Message")) if reason["Code"] != "None" else None
            for reason in error.response.get("CancellationReasons", [])
        ]
        context = {"request_id": "", "table_name": str(operation_kwargs.get("TableName", ""))}
        said: Any = error.response
        raise VerboseClientError(said, operation_name, context, cancellation_reasons=reasons) from error


def enter() -> None:
    """Requests are of the tests' account."""
    set_request_account_id(ACCOUNT)
    set_request_region(REGION)


def _encoded(value: Any) -> str:
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


def _decoded(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: base64.b64decode(inside) if name == "B" and isinstance(inside, str) else _decoded(inside)
            for name, inside in value.items()
        }
    return [_decoded(one) for one in value] if isinstance(value, list) else value


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
        case "S":
            return unfold(inside)
        case _:
            return inside
