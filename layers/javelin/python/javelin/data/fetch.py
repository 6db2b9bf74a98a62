"""Fetching items of several records in one request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from javelin.contract import asof
from javelin.data.record import Record, hash_name
from javelin.discovery.clients import client

Wanted = tuple[type[Record], str]


class Fetched:
    """What was found. `require` raises the record's own error for what was not."""

    def __init__(self, items: dict[Wanted, Record]) -> None:
        self._items = items

    def find(self, record: type[Record], key: str | None) -> Any:
        """The item, or None."""
        return self._items.get((record, key)) if key else None

    def require(self, record: type[Record], key: str) -> Any:
        """The item. Raises InvalidParameter."""
        found = self._items.get((record, key))
        if found is None:
            raise record.unknown(key)
        return found

    def all(self, record: type[Record], keys: Iterable[str]) -> list[Any]:
        """The items of these keys in this order; absent ones are left out."""
        return [self._items[record, key] for key in keys if (record, key) in self._items]


def fetch(wanted: Iterable[tuple[type[Record], str | None]]) -> Fetched:
    """Items by record and key, read consistently, 100 to a request; keys that are None are passed over."""
    pairs = list(dict.fromkeys((record, key) for record, key in wanted if key))
    if asof.past() is not None:
        return Fetched({(record, key): row for record, key in pairs if (row := record.find(key)) is not None})
    by_table = {record.Meta.table_name: record for record, _ in pairs}
    found: dict[Wanted, Record] = {}
    for start in range(0, len(pairs), 100):
        request: Any = {}
        for record, key in pairs[start : start + 100]:
            name = record._get_connection().get_meta_table().hash_keyname
            table = request.setdefault(record.Meta.table_name, {"Keys": [], "ConsistentRead": True})
            table["Keys"].append({name: {"S": key}})
        while request:
            answer = client("dynamodb").batch_get_item(RequestItems=request)
            for table, items in answer["Responses"].items():
                record = by_table[table]
                for item in items:
                    loaded = record.from_raw_data(item)
                    found[(record, getattr(loaded, hash_name(record)))] = loaded
            request = answer.get("UnprocessedKeys")
    return Fetched(found)
