"""Maps of flows: what the trace of a job draws, read from the definitions that are deployed."""

from __future__ import annotations

from typing import Any

from infra.generator.declarations import COMPONENTS, Flow, flows, functions
from javelin.flow.steps import Step

CALLBACK = ".waitForTaskToken"


def maps() -> dict[str, Any]:
    """Every flow by its path: what it is for, where it starts, and its states in the order in which they are written."""
    memory = {
        function.function_name: function.declaration.memory
        for component in COMPONENTS
        for function in functions(component)
        if isinstance(function.declaration, Step)
    }
    return {flow.path: _map(flow, memory) for component in COMPONENTS for flow in flows(component)}


def _map(flow: Flow, memory: dict[str, int]) -> dict[str, Any]:
    definition = flow.definition
    states = [_state(name, state, memory) for name, state in definition["States"].items()]
    return {"about": definition.get("Comment", "").partition(".")[0], "start": definition["StartAt"], "states": states}


def _state(name: str, state: dict[str, Any], memory: dict[str, int]) -> dict[str, Any]:
    """{name, type, step?, phase?, function?, memory? (MiB), host? (waits for one), each? (once per item), next?, catch?}."""
    shown: dict[str, Any] = {"name": name, "type": state["Type"]}
    task = state
    if state["Type"] == "Map":
        task = next(iter(state["ItemProcessor"]["States"].values()))
        shown["each"] = True
    if task["Type"] == "Task":
        payload, function = task["Arguments"]["Payload"], task["Arguments"]["FunctionName"]
        shown |= {"step": payload["step"], "phase": payload["phase"], "function": function, "memory": memory[function]}
        shown["host"] = task["Resource"].endswith(CALLBACK)
    if after := state.get("Next") or state.get("Default"):  # what a choice leads to when there is nothing more to do
        shown["next"] = after
    if catches := state.get("Catch"):
        shown["catch"] = catches[-1]["Next"]
    return shown
