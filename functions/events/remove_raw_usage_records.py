"""removeRawUsageRecords: forget what was used long ago."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from pydantic import Field

from functions.events._metering import REMOVE_MANY, forget
from javelin.contract import explaining
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, Request
from javelin.contract.responses import Success
from javelin.data.filters import Filters
from javelin.data.indexes import SHELVES
from javelin.data.lists import matching
from javelin.data.records.usage_mark import UsageMark, moment_key
from javelin.data.records.usage_record import UsageRecord

LEAST, LONGEST = 32, 36_500  # days: what may still be made again is kept
MOST = 5000  # records, and marks of a partition, that one call forgets


class RemoveRawUsageRecords(Request):
    """Deletes the records of usage of days longer ago, and what they were made from."""

    interval: Integer = Field(description="How many days are kept, 32 or more")


@operation(
    RemoveRawUsageRecords, roles=ROOT, event="USAGE.RECORDS.REMOVE", timeout=29,
    grants=[UsageRecord.write, UsageMark.write, REMOVE_MANY],
)  # fmt: skip
def handler(request: RemoveRawUsageRecords, caller: Caller) -> Success:
    """Of marks the last of each meter stays if it is in use: it still counts."""
    if not LEAST <= request.interval <= LONGEST:
        raise InvalidParameter(f"interval must be between {LEAST} and {LONGEST} days; choose another.")
    before = datetime.fromtimestamp(time.time(), UTC) - timedelta(days=request.interval)
    old = matching(UsageRecord, Filters().between("started", None, before - timedelta(days=1)))
    if explaining.picture():
        return Success()
    forget(old[:MOST])
    for shelf in SHELVES:
        _forget_marks(shelf, moment_key(int(before.timestamp())))
    more = len(old) - MOST
    return Success(f"{more} more records are that old; call it again." if more > 0 else None)


def _forget_marks(shelf: str, before: str) -> None:
    marks = list(UsageMark.by_time.query(shelf, UsageMark.at < before, limit=MOST))
    last = {mark.meter: mark.at for mark in marks}
    with UsageMark.batch_write() as batch:
        for mark in marks:
            if mark.at != last[mark.meter] or not mark.used:
                batch.delete(UsageMark(mark.meter, mark.at))
