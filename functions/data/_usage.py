"""The use of things: marks of when it began and ended, from what the streams tell of their records."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.data._versions import kind_of
from javelin.data.indexes import shelf_of
from javelin.data.records.usage_mark import UsageMark, UsageMeter
from javelin.data.records.usage_record import DUE, UsageDay
from javelin.data.usage import meters_of

LATEST = 31  # days after which what is told late changes no record any more
KEPT = (LATEST + 1) * 24 * 3600  # seconds from when a meter is known to be closed; streams tell for a day


def keep(records: Iterable[dict[str, Any]]) -> None:
    """Store the marks first: what is told again, late or in another order ends the same."""
    marks = {(mark.meter, mark.at): mark for mark in _marks(records)}
    if not marks:
        return
    with UsageMark.batch_write() as batch:
        for mark in marks.values():
            batch.save(mark)
    newest = {mark.meter: mark for mark in sorted(marks.values(), key=lambda one: one.at)}
    for mark in newest.values():
        _note(mark)
    _reopen(min(mark.at for mark in marks.values()))


def _marks(records: Iterable[dict[str, Any]]) -> Iterator[UsageMark]:
    """A mark where what is noted of the use is not what it was."""
    for record in records:
        kind, change = kind_of(record), record["dynamodb"]
        meters = meters_of(kind) if kind else []
        if kind is None or not meters:
            continue
        old, new = (kind.from_raw_data(change[side]) if change.get(side) else None for side in ("OldImage", "NewImage"))
        known: Any = new or old
        version = int(known.version or 0) + (new is None)  # what goes sorts after what it was last
        for meter in meters:
            before, after = meter.facts_of(old), meter.facts_of(new)
            if before != after:
                second = int(change["ApproximateCreationDateTime"])
                yield UsageMark.made(meter.number, known.id, second, version, after)


def _note(mark: UsageMark) -> None:
    """The meter is as its newest mark says."""
    open_shelf, expires = UsageMeter.open_shelf, UsageMeter.expires
    if mark.used:
        changes = [open_shelf.set(shelf_of(mark.meter)), expires.remove()]
    else:
        changes = [open_shelf.remove(), expires.set(int(time.time()) + KEPT)]
    earlier = UsageMeter.newest.does_not_exist() | (UsageMeter.newest < mark.at)
    UsageMeter(mark.meter).change(UsageMeter.newest.set(mark.at), *changes, when=earlier)


def _reopen(at: str) -> None:
    """Days whose records are made, and of which something is told only now, are due again."""
    today = datetime.fromtimestamp(time.time(), UTC).date()
    day = max(datetime.fromtimestamp(int(at.split(".", maxsplit=1)[0]), UTC).date(), today - timedelta(days=LATEST))
    while day < today:
        UsageDay(day.isoformat()).change(UsageDay.state.set(DUE), when=UsageDay.day.exists())
        day += timedelta(days=1)
