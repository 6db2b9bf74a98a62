"""What a job costs on AWS, estimated at list prices from what it went through."""

from __future__ import annotations

from typing import Any

from functions.orchestration._runs import Run
from javelin.flow import costs


def estimate(states: list[dict[str, Any]], runs: list[Run]) -> dict[str, Any]:
    """{as_of, region, currency, total, lines: [{what, number, cost}]}; numbers of what is there so far."""
    known = {(state.get("step"), state.get("phase")): state for state in states}
    work = []
    for run in runs:
        state = known.get(run.state, {})
        seconds = (run.milliseconds or 0) / 1000
        work.append(costs.Work(int(state.get("memory", 256)), bool(state.get("host")), seconds))
    without_note = [state for state in states if state.get("each") or "step" not in state]  # maps and ends
    return costs.cost(work, sum(1 for state in without_note if state["outcome"] not in ("waiting", "not reached")))
