"""The past of records: what each was until it changed or went. Secrets are left out by their type."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterable, Iterator
from typing import Any

from javelin.data import past
from javelin.data.indexes import shelf_of
from javelin.data.record import Record, table_name
from javelin.data.records.history import DAYS, History
from javelin.data.secret_attribute import SecretAttribute
from javelin.discovery.names import snake

LISTS = {"cloud_bucket", "account_bucket", "shelf"}  # places in lists, which say nothing of the record itself


def keep(records: Iterable[dict[str, Any]]) -> None:
    """Store what ended. Of what changed more than once within a second, the first counts: time has whole seconds here."""
    found: dict[tuple[str, str], History] = {}
    for version in _ended(records):
        second = version.until.split(".")[0]
        known = found.setdefault((version.id, second), version)
        if version.grave is not None and known is not version:
            known.grave, known.site = version.grave, version.site
    if found:
        with History.batch_write() as batch:
            for version in found.values():
                batch.save(version)


def _ended(records: Iterable[dict[str, Any]]) -> Iterator[History]:
    for record in records:
        change = record["dynamodb"]
        image, kind = change.get("OldImage"), kind_of(record)
        if record["eventName"] == "INSERT" or not image or kind is None or not kind.keeps_past:
            continue
        second = int(change["ApproximateCreationDateTime"])
        key, gone = image["id"]["S"], record["eventName"] == "REMOVE"
        owner = image.get("account_id", {}).get("S")
        yield History(
            key, History.key_of(second, int(image.get("version", {}).get("N", 0))),
            image=past.compressed({name: value for name, value in image.items() if name not in _hidden(kind)}),
            grave=History.part(kind.__name__, shelf_of(key)) if gone else None,
            site=History.part(kind.__name__, owner) if gone and owner else None, expires=second + DAYS * 86400,
        )  # fmt: skip


def kind_of(record: dict[str, Any]) -> type[Record] | None:
    """The record class of the table that the stream belongs to."""
    table = record["eventSourceARN"].split("/")[1]
    name = table.removeprefix(table_name(""))
    found = getattr(importlib.import_module(f"javelin.data.records.{snake(name)}"), name)
    return found if issubclass(found, Record) else None


@functools.cache
def _hidden(kind: type[Record]) -> frozenset[str]:
    """The names in items of what no past shows."""
    secrets = {one.attr_name for one in kind.get_attributes().values() if isinstance(one, SecretAttribute)}
    return frozenset(secrets | LISTS)
