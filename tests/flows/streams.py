"""The tables' streams: what was made, changed and deleted since somebody last looked, as the consumer of streams gets it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from functions.data.actions import read_streams
from infra.local.aws.adapters import plain_copies
from tests.account import ACCOUNT, REGION
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
        before, now = self._seen, plain_copies.copied(self.tables.images())
        self._seen = now
        return [told(key[0], before.get(key), now.get(key)) for key in before | now if before.get(key) != now.get(key)]

    def flow(self) -> None:
        """Have the consumer read what changed since the last time."""
        if records := self.records():
            read_streams.handler({"Records": records}, Context())


def told(table: str, before: Json | None, after: Json | None) -> Json:
    """A change of an item of a table, as its stream tells it."""
    name = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    images = {"OldImage": before, "NewImage": after}
    return {
        "eventName": name,
        "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/2026-01-01T00:00:00.000",
        "dynamodb": {
            "ApproximateCreationDateTime": int(time.time()),
            **{side: image for side, image in images.items() if image is not None},
        },
    }
