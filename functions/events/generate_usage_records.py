"""generateUsageRecords: make the records of usage of some days now, instead of when they are over."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from pydantic import Field

from functions.events._metering import METERING, make_day
from javelin.contract import explaining
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Moment, Request
from javelin.contract.responses import Success
from javelin.data.records.usage_record import DUE, UsageDay

MOST = 31  # days
ENOUGH = 15  # seconds after which no further day is begun


class GenerateUsageRecords(Request):
    """Makes the records of usage of these days, of today as far as it has gone; yesterday's and today's by default."""

    startdate: Moment | None = Field(None, description="The first day; needs enddate")
    enddate: Moment | None = Field(None, description="The last day; needs startdate")


@operation(
    GenerateUsageRecords, roles=ROOT, grants=METERING, refuses=("domainid",), event="USAGE.RECORDS.GENERATE", timeout=29,
    memory=512,
)  # fmt: skip
def handler(request: GenerateUsageRecords, caller: Caller) -> Success:
    """What is not done in time is due, and made within the hour."""
    now = datetime.fromtimestamp(time.time(), UTC)
    if (request.startdate is None) != (request.enddate is None):
        raise InvalidParameter("startdate and enddate go together: give both or neither.")
    start, end = request.startdate or now - timedelta(days=1), request.enddate or now
    if start > min(end, now):
        raise InvalidParameter("startdate is after enddate, or is yet to come; give days that have begun.")
    if start < now - timedelta(days=MOST):
        raise InvalidParameter(f"Records are made of the last {MOST} days; give a startdate within them.")
    first, last = start.astimezone(UTC).date(), min(end, now).astimezone(UTC).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if explaining.picture():
        return Success()
    for day in days:
        UsageDay(day.isoformat()).change(UsageDay.state.set(DUE))
    until, made = time.monotonic() + ENOUGH, 0
    for done, day in enumerate(days):
        if time.monotonic() > until:
            return Success(
                f"{made} records of {done} days are made; the other {len(days) - done} days are within the hour."
            )
        made += make_day(day, now)
    return Success(f"{made} records of {len(days)} days are made.")
