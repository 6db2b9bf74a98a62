"""What a job costs on AWS, estimated at list prices from what it went through; free tiers are left out.

Transitions, functions and messages are counted; the work of DynamoDB and the time of functions that wait for a host
are not known to the job and are taken as they usually are.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from functions.orchestration._runs import Run

CALL_MEMORY, CALL_SECONDS = 768, 0.1  # MiB of the edge and the operation together, seconds of each
WAITING_SECONDS = 0.2  # of a function that asks a host and ends
WRITES_TO_START, READS_TO_START = 30, 15  # units: the records, the job, the lease, the caller
WRITES_PER_STEP, READS_PER_STEP = 6, 4
PER_HOST_COMMAND = 3  # SQS requests: sent, received, deleted
ANNOUNCED = 2  # events: that the job started, that it ended


@functools.cache
def prices() -> dict[str, Any]:
    """{as_of, region, currency, per_million: {what: price}}."""
    read: dict[str, Any] = json.loads((Path(__file__).parent / "prices.json").read_text())
    return read


def estimate(states: list[dict[str, Any]], runs: list[Run]) -> dict[str, Any]:
    """{as_of, region, currency, total, lines: [{what, number, cost}]}; numbers of what is there so far."""
    known = {(state.get("step"), state.get("phase")): state for state in states}
    commands, mib_seconds = 0, CALL_MEMORY * CALL_SECONDS
    for run in runs:
        state = known.get(run.state, {})
        waits = bool(state.get("host"))
        commands += waits
        seconds = WAITING_SECONDS if waits else (run.milliseconds or 0) / 1000
        mib_seconds += int(state.get("memory", 256)) * min(seconds, WAITING_SECONDS * 5)
    without_note = [state for state in states if state.get("each") or "step" not in state]  # maps and ends
    visits = sum(1 for state in without_note if state["outcome"] not in ("waiting", "not reached"))
    numbers = {
        "API Gateway requests": 1,
        "Lambda requests": 2 + len(runs),
        "Lambda MiB-seconds": round(mib_seconds, 1),
        "Step Functions transitions": len(runs) + visits,
        "DynamoDB write units": WRITES_TO_START + WRITES_PER_STEP * len(runs),
        "DynamoDB read units": READS_TO_START + READS_PER_STEP * len(runs),
        "SQS requests": PER_HOST_COMMAND * commands,
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
