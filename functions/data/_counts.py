"""The live counts of lists, so that a page is found and counted without walking; and the tags and notes of what went."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from javelin.data import notes, tags
from javelin.data.records.sequence import adjust

SIGNS = {"INSERT": 1, "REMOVE": -1}
BUCKETS = ("cloud_bucket", "account_bucket")


def count(records: Iterable[dict[str, Any]]) -> None:
    """One addition per list and batch. A batch that comes twice is counted twice; the reconciler puts that right."""
    changes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for record in records:
        sign = SIGNS.get(record["eventName"])
        if sign is None:
            continue
        change = record["dynamodb"]
        image = change.get("NewImage") or change.get("OldImage") or {}
        if sign < 0:
            rows = json.loads(image.get("tags", {}).get("S") or "[]")
            if rows:
                tags.forget_gone(image["id"]["S"], rows)
            if "notes" in image:
                notes.forget_gone(image["id"]["S"])
        for attribute in BUCKETS:
            bucket = image.get(attribute, {}).get("S")
            if bucket:
                name, _, number = bucket.rpartition("/")
                changes[name][number] += sign
    for name, buckets in changes.items():
        moved = {number: change for number, change in buckets.items() if change}
        if moved:
            adjust(name, moved)
