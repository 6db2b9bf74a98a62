"""What flows look like: their states, generated from the definitions that are deployed; and what a run will go through."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from javelin.flow.costs import Work, cost

NO_MAP: dict[str, Any] = {"about": "", "start": None, "states": []}


@functools.cache
def _all() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((Path(__file__).parent / "flows.json").read_text())
    return read


def flow_map(path: str | None) -> dict[str, Any]:
    """The map of a flow, see infra/generator/maps.py; an empty one for a job without a flow or of a flow that is gone."""
    found: dict[str, Any] = _all().get(path or "", NO_MAP)
    return found


def foretell(path: str, items: int) -> dict[str, Any]:
    """{flow: {name, about, steps: [{name, times, host}]}, cost} of a run in which nothing fails.

    `items` is what its Map states go through; `host` says that a step waits for one.
    """
    found = flow_map(path)
    states = {state["name"]: state for state in found["states"]}
    steps, work, other = [], list[Work](), 0
    name = found["start"]
    while name:
        state = states[name]
        name = state.get("next")
        each = bool(state.get("each"))
        other += each or "step" not in state
        if "step" not in state:
            continue
        times = items if each else 1
        steps.append({"name": state["name"], "times": times, "host": state["host"]})
        work += [Work(int(state["memory"]), state["host"])] * times
    return {"flow": {"name": path, "about": found["about"], "steps": steps}, "cost": cost(work, other)}
