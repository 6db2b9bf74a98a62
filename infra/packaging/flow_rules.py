"""The rules that every flow keeps: it is whole, it always ends, and what it did is undone when it fails.

A do and its undo are two states that call the same function with phase "do" and "undo"; a Map stands for the state
inside it. Flows end well, or in a Fail state: Unwound when everything was undone, Stuck when an undo failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.generator.flows import states

State = dict[str, Any]
TOKEN = ".waitForTaskToken"  # noqa: S105 - how a Resource ends
ENDS = {"Unwound", "Stuck"}


def broken_rules(definition: dict[str, Any]) -> list[str]:
    """The rules that a flow breaks, in sentences."""
    found = list(_graph(definition, "the flow"))
    found += [problem for name, state in states(definition) for problem in _waits(name, state)]
    found += list(_undone(definition))
    if definition.get("QueryLanguage") != "JSONata":
        found.append("QueryLanguage is not JSONata")
    if "TimeoutSeconds" not in definition:
        found.append("the flow has no TimeoutSeconds, so its job may never end")
    return found


def _graph(part: dict[str, Any], where: str) -> Iterator[str]:
    """Every state is there, is reached, and leads on or ends."""
    known: dict[str, State] = part["States"]
    if part.get("StartAt") not in known:
        yield f"{where} starts at {part.get('StartAt')}, which it does not have"
        return
    reached, waiting = set(), [part["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        if name not in known:
            yield f"{where} leads to {name}, which it does not have"
            continue
        state = known[name]
        leads = [*_leads(state)]
        if not leads and not state.get("End") and state["Type"] not in ("Fail", "Succeed"):
            yield f"{name} leads nowhere and does not end"
        waiting += leads
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from _graph(inner, name)
    for name in known.keys() - reached:
        yield f"{name} is never reached"


def _leads(state: State) -> Iterator[str]:
    rules = [state, *state.get("Catch", []), *state.get("Choices", [])]
    yield from (rule["Next"] for rule in rules if "Next" in rule)
    if "Default" in state:
        yield state["Default"]


def _waits(name: str, state: State) -> Iterator[str]:
    """No task waits for ever."""
    if state["Type"] != "Task":
        return
    if "TimeoutSeconds" not in state:
        yield f"{name} has no TimeoutSeconds"
    if state["Resource"].endswith(TOKEN) and "HeartbeatSeconds" not in state:
        yield f"{name} waits for a token without HeartbeatSeconds"


def _undone(definition: dict[str, Any]) -> Iterator[str]:
    """Each do catches to its own undo; each undo to being marked stuck; failures end in Unwound or Stuck."""
    top: dict[str, State] = definition["States"]
    undo_of = {_calls(state): name for name, state in top.items() if _phase(state) == "undo"}
    for name, state in top.items():
        if state["Type"] == "Fail" and name not in ENDS:
            yield f"{name} fails otherwise than Unwound or Stuck"
        phase, undo = _phase(state), undo_of.get(_calls(state))
        if phase == "do" and undo is not None and _caught(state) != undo:
            yield f"{name} does not catch every error to its own undo, {undo}"
        if phase == "undo" and _caught(state) != "MarkStuck":
            yield f"{name} does not catch every error to MarkStuck"
    if undo_of and not top.keys() >= {*ENDS, "MarkStuck"}:
        yield "a flow with undos has the states Unwound, MarkStuck and Stuck"


def _tasks(state: State) -> list[State]:
    """The state, or those inside a Map or Parallel."""
    inner = [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]
    return [task for part in inner for task in part["States"].values()] if inner else [state]


def _payload(state: State) -> dict[str, Any]:
    return next((task.get("Arguments", {}).get("Payload", {}) for task in _tasks(state)), {})


def _phase(state: State) -> str | None:
    """What the state does to the world, unless it only marks."""
    return None if _payload(state).get("step") == "MarkStuck" else _payload(state).get("phase")


def _calls(state: State) -> tuple[str, ...]:
    """The functions and steps that a state calls: a do and its undo call the same."""
    return tuple(
        f"{task['Arguments']['FunctionName']}/{task['Arguments']['Payload'].get('step')}"
        for task in _tasks(state)
        if task["Type"] == "Task"
    )


def _caught(state: State) -> str | None:
    catches = [one for one in state.get("Catch", []) if "States.ALL" in one["ErrorEquals"]]
    return catches[-1]["Next"] if catches else None
