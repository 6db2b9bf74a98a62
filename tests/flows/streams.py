"""The tables' streams: what was made and deleted since somebody last looked, as the consumer of streams gets it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from functions.data.actions import count_records
from tests.cloud import Context
from tests.flows.tables import Tables

Json = dict[str, Any]


@dataclass
class Stream:
    """`records` are told once."""

    tables: Tables
    _seen: dict[tuple[str, str], Json] = field(default_factory=dict)

    def records(self) -> list[Json]:
        """What changed since the last time."""
        before, now = self._seen, copy.deepcopy(self.tables.images())
        self._seen = now
        made = [{"eventName": "INSERT", "dynamodb": {"NewImage": now[key]}} for key in now if key not in before]
        gone = [{"eventName": "REMOVE", "dynamodb": {"OldImage": before[key]}} for key in before if key not in now]
        return [*made, *gone]

    def flow(self) -> None:
        """Have the consumer count what changed since the last time."""
        if records := self.records():
            count_records.handler({"Records": records}, Context())
