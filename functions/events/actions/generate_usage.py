"""generate_usage: make the records of usage of the days that are over, every hour what is due.

A day is made once it is over, and again when something of it is told only afterwards. After a pause what was left out is made
up for.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.events._metering import METERING, make_day
from javelin.data.records.usage_record import DONE, UsageDay
from javelin.messaging.consumers import Schedule, consumer

LATEST = 31  # days back that are looked at
SETTLED = timedelta(minutes=15)  # until the streams have told of a day


def run(event: Any) -> dict[str, int]:
    """Answers how many records there are of each day that was due."""
    now = datetime.fromtimestamp(time.time(), UTC)
    return {day.isoformat(): make_day(day, now) for day in _due((now - SETTLED).date())}


def _due(today: date) -> list[date]:
    """The days before today that are due: those not done, and those after the first that was done that were left out."""
    days = [today - timedelta(days=back) for back in range(LATEST, 0, -1)]
    known = {one.day: one.state for one in UsageDay.load_all(day.isoformat() for day in days)}
    done = [day for day in days if known.get(day.isoformat()) == DONE]
    left_out = [day for day in days if day > done[0]] if done else days[-1:]
    return [day for day in days if day not in done and (day in left_out or day.isoformat() in known)]


handler = consumer(run, Schedule("rate(1 hour)"), grants=METERING, timeout=900, memory=512)
