"""Stories: records that are made, changed and deleted at told seconds, and what the streams say of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from functions.data.actions import read_streams
from javelin.data.record import Owned, Shared
from javelin.data.transaction import Transaction
from javelin.discovery.clients import client
from tests.cloud import Context
from tests.flows.streams import told

Json = dict[str, Any]
Kind = type[Owned] | type[Shared]


def moment(second: int) -> datetime:
    """A second as a date."""
    return datetime.fromtimestamp(second, UTC)


def id_of(second: int, number: int) -> str:
    """The id of what was made then."""
    return str(UUID(int=second * 1000 << 80 | 7 << 76 | 2 << 62 | number))


@dataclass
class Story:
    """What happened from `start` (epoch seconds), an hour ago. What the streams told is in `records`."""

    start: int = field(default_factory=lambda: int(time.time()) - 3600)
    records: list[Json] = field(default_factory=list)

    def make(self, second: int, record: Any) -> None:
        """Put a record into its lists, as if it had been then."""
        record.created = moment(self.start + second)
        transaction = Transaction()
        transaction.create(record)
        self._happens(second, record, transaction.commit)

    def change(self, second: int, record: Any, **values: Any) -> None:
        """Set attributes."""
        actions = [getattr(type(record), name).set(value) for name, value in values.items()]
        self._happens(second, record, lambda: type(record)(record.id).change(*actions))

    def delete(self, second: int, record: Any) -> None:
        """Take it away."""
        transaction = Transaction()
        transaction.delete(type(record)(record.id))
        self._happens(second, record, transaction.commit)

    def tell(self, records: list[Json] | None = None) -> None:
        """Have the consumer of streams read what happened since it was told last, or these records."""
        batch = self.records if records is None else records
        if batch:
            read_streams.handler({"Records": batch}, Context())
        if records is None:
            self.records = []

    def at(self, second: int) -> str:
        """The second as a parameter."""
        return moment(self.start + second).strftime("%Y-%m-%dT%H:%M:%S+0000")

    def _happens(self, second: int, record: Any, act: Any) -> None:
        before = _item(type(record), record.id)
        act()
        change = told(record.Meta.table_name, before, _item(type(record), record.id))
        change["dynamodb"]["ApproximateCreationDateTime"] = self.start + second
        self.records.append(change)


def _item(kind: Kind, key: str) -> Json | None:
    answer = client("dynamodb").get_item(TableName=kind.Meta.table_name, Key={"id": {"S": key}}, ConsistentRead=True)
    item: Json | None = answer.get("Item")
    return item
