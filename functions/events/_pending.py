"""Events of what has begun and is not done: those whose jobs are under way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from javelin.contract.errors import InvalidParameter
from javelin.data.filters import Filters
from javelin.data.records.job import Job, JobStatus
from javelin.flow.jobs import OPEN_SHARDS


def within(filters: Filters, entry_time: int | None, duration: int | None) -> Filters:
    """Keep the events that said that a job would be done, `entry_time` to `duration` seconds ago, which is not done yet."""
    if entry_time is None and duration is None:
        return filters
    if entry_time is None or duration is None or not 0 <= duration < entry_time:
        raise InvalidParameter("entrytime and duration go together: entrytime is the longer one, both are seconds.")
    now, last = datetime.now(UTC), timedelta(days=365)
    begun, latest = now - min(timedelta(seconds=entry_time), last), now - min(timedelta(seconds=duration), last)
    events: set[str] = set()

    def find(accounts: Iterable[str] | None) -> list[str]:
        under_way = [job for job in _open(accounts) if int(job.status) == JobStatus.PENDING]
        events.update(str(job.event_id) for job in under_way if begun <= job.created <= latest)
        return sorted(events)

    return filters.found(find, lambda row: row.id in events, exact=False)


def _open(accounts: Iterable[str] | None) -> list[Job]:
    """The jobs whose events are those of these accounts, or (None) all."""
    if accounts is None:
        rows: list[Any] = [row for shard in range(OPEN_SHARDS) for row in Job.by_open.query(str(shard))]
        return Job.load_all(row.id for row in rows)
    owners, indexes = set(accounts), (Job.by_open_account, Job.by_open_owner)
    rows = [row for account in owners for index in indexes for row in index.query(account)]
    return [job for job in Job.load_all(row.id for row in rows) if job.told_to["account_id"] in owners]
