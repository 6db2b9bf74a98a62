"""What flows cost on AWS, estimated at list prices; free tiers are left out.

Transitions, functions and messages are counted; the work of DynamoDB and the time of functions that wait for a host
are not known beforehand and are taken as they usually are.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CALL_MEMORY, CALL_SECONDS = 768, 0.1  # MiB of the edge and the operation together, seconds of each
WAITING_SECONDS = 0.2  # of a function that asks a host and ends
MOST_SECONDS = 1.0  # of any other
WRITES_TO_START, READS_TO_START = 30, 15  # units: the records, the job, the lease, the caller
WRITES_PER_STEP, READS_PER_STEP = 6, 4
PER_HOST_COMMAND = 3  # SQS requests: sent, received, deleted
ANNOUNCED = 2  # events: that the job started, that it ended


@dataclass(frozen=True)
class Work:
    """One invocation of a step: MiB of its function, whether it waits for a host, and the seconds that it ran."""

    memory: int
    waits: bool
    seconds: float = WAITING_SECONDS


@functools.cache
def prices() -> dict[str, Any]:
    """{as_of, region, currency, per_million: {what: price}}."""
    read: dict[str, Any] = json.loads((Path(__file__).parent / "prices.json").read_text())
    return read


def cost(work: Iterable[Work], other_states: int) -> dict[str, Any]:
    """{as_of, region, currency, total, lines: [{what, number, cost}]} of a job, with states that invoke nothing."""
    runs = list(work)
    mib_seconds = CALL_MEMORY * CALL_SECONDS
    for run in runs:
        mib_seconds += run.memory * (WAITING_SECONDS if run.waits else min(run.seconds, MOST_SECONDS))
    numbers = {
        "API Gateway requests": 1,
        "Lambda requests": 2 + len(runs),
        "Lambda MiB-seconds": round(mib_seconds, 1),
        "Step Functions transitions": len(runs) + other_states,
        "DynamoDB write units": WRITES_TO_START + WRITES_PER_STEP * len(runs),
        "DynamoDB read units": READS_TO_START + READS_PER_STEP * len(runs),
        "SQS requests": PER_HOST_COMMAND * sum(run.waits for run in runs),
        "SNS messages": ANNOUNCED,
    }
    listed = prices()
    lines = [
        {"what": what, "number": number, "cost": number * listed["per_million"][what] / 1e6}
        for what, number in numbers.items()
        if number
    ]
    return {
        "as_of": listed["as_of"], "region": listed["region"], "currency": listed["currency"],
        "total": sum(line["cost"] for line in lines), "lines": lines,
    }  # fmt: skip
