"""Records of usage of a day, from the marks of when things began and ended to be used. Made again they are the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from javelin.contract.grants import Grant
from javelin.data.ids import new_id
from javelin.data.indexes import SHELVES, related
from javelin.data.records.sequence import Sequence
from javelin.data.records.usage_mark import UsageMark, UsageMeter, moment_key
from javelin.data.records.usage_record import DONE, UsageDay, UsageRecord
from javelin.data.transaction import Transaction

AT_ONCE = 8  # meters that are read at the same time
TOGETHER = 50  # records that are made in one transaction
NOTED = ("started", "ended", "seconds", "name")  # what changes while its day goes on
LAST = "9" * 11  # after every second

Facts = dict[str, Any]
REMOVE_MANY = Grant(("dynamodb:BatchWriteItem",), (*UsageRecord.write.resources, *UsageMark.write.resources))
METERING: tuple[Grant, ...] = (
    UsageMark.read, UsageMeter.read, UsageRecord.write, UsageDay.write, Sequence.write, REMOVE_MANY,
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A day, as far as it has gone."""

    day: date
    start: int  # epoch seconds
    end: int

    @classmethod
    def of(cls, day: date, now: datetime) -> Period:
        """The day until its end, or until now."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return cls(day, int(start.timestamp()), int(min(start + timedelta(days=1), now).timestamp()))

    @property
    def over(self) -> bool:
        """Whether the day has ended."""
        return self.end - self.start == 24 * 3600


def make_day(day: date, now: datetime) -> int:
    """Make the records of a day, and forget those that are not right any more; answers how many there are."""
    period, begun = Period.of(day, now), f"Making {new_id()}"
    UsageDay(day.isoformat()).change(UsageDay.state.set(begun))
    wanted = {one.id: one for one in _records(period)}
    ids = related(UsageRecord.by_day, day.isoformat(), None)
    known = {one.id: one for one in UsageRecord.load_all({*ids, *wanted})}
    for key in wanted.keys() & known.keys():
        changes = [getattr(UsageRecord, name).set(getattr(wanted[key], name)) for name in NOTED]
        if any(getattr(known[key], name) != getattr(wanted[key], name) for name in NOTED):
            known[key].change(*changes, when=UsageRecord.id.exists())
    forget(key for key in ids if key not in wanted)
    _create([one for key, one in wanted.items() if key not in known])
    if period.over:  # and nothing was told of it meanwhile
        UsageDay(day.isoformat()).change(UsageDay.state.set(DONE), when=UsageDay.state == begun)
    return len(wanted)


def seconds_of(marks: Iterable[UsageMark], period: Period) -> list[tuple[Facts, int]]:
    """For how long of the period which facts held, by the marks in their order. Names do not make a difference."""
    found: dict[str, tuple[Facts, int]] = {}
    facts, since = None, period.start
    for mark in [*marks, None]:
        at = min(max(int(mark.at.split(".")[0]), period.start), period.end) if mark else period.end
        if facts is not None and at > since:
            key = json.dumps({name: value for name, value in facts.items() if name != "name"}, sort_keys=True)
            found[key] = (facts, found.get(key, (facts, 0))[1] + at - since)
        facts, since = mark.facts if mark else None, at
    return list(found.values())


def forget(ids: Iterable[str]) -> int:
    """Delete records; answers how many."""
    count = 0
    with UsageRecord.batch_write() as batch:
        for key in ids:
            batch.delete(UsageRecord(key))
            count += 1
    return count


def _records(period: Period) -> Iterator[UsageRecord]:
    meters = sorted(_meters(period))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for meter, used in zip(
            meters, pool.map(lambda meter: seconds_of(_marks(meter, period), period), meters), strict=True
        ):
            for facts, seconds in used:
                yield _record(meter, period, facts, seconds)


def _meters(period: Period) -> set[str]:
    """Those that may have run in the period: what began or ended since, and what is in use now."""
    since, opened = moment_key(period.start), UsageMeter.by_open
    found = {row.meter for shelf in SHELVES for row in opened.query(shelf)}
    for shelf in SHELVES:
        found |= {row.meter for row in UsageMark.by_time.query(shelf, UsageMark.at.between(since, LAST))}
    return found


def _marks(meter: str, period: Period) -> list[UsageMark]:
    """The marks of the period, after the last one before it, in their order."""
    found: list[UsageMark] = []
    for mark in UsageMark.query(
        meter, UsageMark.at < moment_key(period.end), scan_index_forward=False, consistent_read=True
    ):
        found.append(mark)
        if mark.at < moment_key(period.start):
            break
    return found[::-1]


def _record(meter: str, period: Period, facts: Facts, seconds: int) -> UsageRecord:
    number, key = meter.split("#")
    identity = {name: value for name, value in facts.items() if name != "name"}
    return UsageRecord(
        UsageRecord.id_of(meter, period.start, identity), usage_type=int(number), resource_id=key, seconds=seconds,
        day=period.day.isoformat(), started=datetime.fromtimestamp(period.start, UTC),
        ended=datetime.fromtimestamp(period.end, UTC), created=datetime.fromtimestamp(period.end, UTC), **facts,
    )  # fmt: skip


def _create(records: list[UsageRecord]) -> None:
    for start in range(0, len(records), TOGETHER):
        transaction = Transaction()
        for record in records[start : start + TOGETHER]:
            transaction.create(record)
        transaction.commit()
