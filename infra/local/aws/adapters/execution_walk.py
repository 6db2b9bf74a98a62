"""The walk through a state machine.

AWS: an execution starts at once, ends TIMED_OUT after its machine's TimeoutSeconds, lets nothing of it go on after
StopExecution, cancels a Parallel's or Map's other branches when one fails, and keeps variables and task tokens
private to a branch. ministack waits 150 ms before the first state, never times a machine out, leaves waiting tasks
waiting, and shares one context between branches.
"""

import contextvars
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

from infra.local.aws.adapters.task_attempts import output_of
from infra.local.aws.scopes import Scope, ScopeEndedError, current, current_scope
from infra.local.aws.settings import Settings
from infra.local.aws.tally import tally

APPLIES_TO = frozenset({"1.5.33"})
Json = dict[str, Any]
scopes: dict[str, Scope] = {}
_history = threading.Lock()


@lru_cache(maxsize=1024)
def parsed(definition: str) -> Json:
    """A definition, parsed once; nobody changes the result."""
    machine: Json = json.loads(definition)
    return machine


def enter(state: Json, data: object, execution: Json, ctx: Json) -> tuple[object, str | None]:
    """Run one state; return its output and the next state's name, None at the end."""
    kind = state.get("Type")
    if kind == "Fail":
        raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, data, ctx))
    if kind == "Succeed":
        if stepfunctions._state_query_language(state, ctx) == "JSONata":
            return stepfunctions._apply_jsonata_output(state, data, ctx, default=data), None
        selected = stepfunctions._apply_input_path(state, data, ctx)
        return stepfunctions._apply_output_path(state, selected, ctx), None
    simple = {"Pass": "_execute_pass", "Choice": "_execute_choice", "Wait": "_execute_wait"}
    compound = {"Task": "_execute_task", "Parallel": "_execute_parallel", "Map": "_execute_map"}
    result: tuple[object, str | None]
    if kind in simple:
        result = getattr(stepfunctions, simple[kind])(state, data, ctx)
    elif kind in compound:
        result = getattr(stepfunctions, compound[kind])(state, data, execution, ctx)
    else:
        raise stepfunctions._ExecutionError("States.Runtime", f"Unknown state type: {kind}")
    return result


def walk(states: Json, start: str | None, data: object, execution: Json, ctx: Json) -> object:
    """Go from state to state until one ends the machine or branch; return the last output."""
    name = start
    while name:
        current_scope().check()
        state = states.get(name)
        if state is None:
            raise stepfunctions._ExecutionError("States.Runtime", f"State '{name}' not found in definition")
        ctx["State"] = {"Name": name, "EnteredTime": now_iso(), "RetryCount": 0}
        tally.add("states/transitions")
        entered = {"name": name, "input": json.dumps(data)}
        stepfunctions._add_event(execution, f"{state['Type']}StateEntered", {"stateEnteredEventDetails": entered})
        data, following = enter(state, data, execution, ctx)
        exited = {"name": name, "output": json.dumps(data)}
        stepfunctions._add_event(execution, f"{state['Type']}StateExited", {"stateExitedEventDetails": exited})
        name = following
    return data


def run_branch(states: Json, start: str, data: object, execution: Json, ctx: Json) -> object:
    """Walk a branch with its own variables and task token."""
    private = {**ctx, "variables": dict(ctx.get("variables", {}))}
    return walk(states, start, json.loads(json.dumps(data)), execution, private)


def run_together(jobs: list[Callable[[], object]], most: int) -> list[object]:
    """Run `jobs`, at most `most` at a time (0: all); the first error ends the others and is raised."""
    parent, errors = current_scope(), list[Exception]()
    scopes_of_jobs = [parent.child() for _ in jobs]

    def guarded(scope: Scope, job: Callable[[], object]) -> object:
        current.set(scope)
        try:
            scope.check()
            return job()
        except Exception as problem:
            errors.append(problem)
            for other in scopes_of_jobs:
                other.end()
            return None
        finally:
            parent.close(scope)

    with ThreadPoolExecutor(max_workers=most or len(jobs) or 1, thread_name_prefix="branch") as pool:
        pending = [
            pool.submit(contextvars.copy_context().run, guarded, scope, job)
            for scope, job in zip(scopes_of_jobs, jobs, strict=True)
        ]
        results = [future.result() for future in pending]
    parent.check()
    if errors:
        raise errors[0]
    return results


def run_parallel(state: Json, data: object, execution: Json, ctx: Json) -> tuple[object, str | None]:
    """Enter a Parallel state."""
    if stepfunctions._state_query_language(state, ctx) == "JSONata":
        given = stepfunctions._apply_jsonata_arguments(state, data, ctx)
    else:
        given = stepfunctions._apply_parameters(state, stepfunctions._apply_input_path(state, data, ctx), ctx)

    def job(branch: Json) -> Callable[[], object]:
        return lambda: run_branch(branch.get("States", {}), branch["StartAt"], given, execution, ctx)

    results = run_together([job(branch) for branch in state.get("Branches", [])], 0)
    return output_of(state, data, ctx, results), stepfunctions._next_or_end(state)


def items_of(state: Json, data: object, effective: object, ctx: Json) -> list[object]:
    """What an inline Map iterates over."""
    if "Items" in state and stepfunctions._state_query_language(state, ctx) == "JSONata":
        items = stepfunctions._jsonata_state_field(state, "Items", "array", data, ctx)
    else:
        items = stepfunctions._resolve_path_or_ctx(state.get("ItemsPath", "$"), effective, ctx)
    return items if isinstance(items, list) else [items]


def run_map(state: Json, data: object, execution: Json, ctx: Json) -> tuple[object, str | None]:
    """Enter a Map state; a distributed one is ministack's."""
    effective = stepfunctions._apply_input_path(state, data, ctx)
    processor = state.get("ItemProcessor") or state.get("Iterator") or {}
    if (processor.get("ProcessorConfig") or {}).get("Mode") == "DISTRIBUTED":
        distributed: tuple[object, str | None] = stepfunctions._run_distributed_map(
            state, data, effective, processor, execution, ctx
        )
        return distributed
    jsonata = stepfunctions._state_query_language(state, ctx) == "JSONata"
    selector = state.get("ItemSelector") or (None if jsonata else state.get("Parameters"))

    def job(index: int, item: object) -> Callable[[], object]:
        def run() -> object:
            own = {**ctx, "Map": {"Item": {"Index": index, "Value": item}}}
            if selector is None:
                given = item
            elif jsonata:
                given = stepfunctions._apply_jsonata_template(selector, data, own)
            else:
                given = stepfunctions._resolve_params_obj(selector, effective, own)
            return run_branch(processor.get("States", {}), processor["StartAt"], given, execution, own)

        return run

    jobs = [job(index, item) for index, item in enumerate(items_of(state, data, effective, ctx))]
    most = int(stepfunctions._apply_jsonata_template(state.get("MaxConcurrency", 0), data, ctx))
    results = run_together(jobs, most)
    return output_of(state, data, ctx, results), stepfunctions._next_or_end(state)


def end(execution: Json, status: str, details: Json) -> None:
    """Write the last event of an execution and announce its status."""
    execution["status"], execution["stopDate"] = status, now_iso()
    word = {"SUCCEEDED": "Succeeded", "FAILED": "Failed", "TIMED_OUT": "TimedOut"}[status]
    stepfunctions._add_event(execution, f"Execution{word}", {f"execution{word}EventDetails": details})
    stepfunctions._emit_execution_status_event(execution)


def time_out(execution: Json) -> None:
    """End an execution that ran longer than its machine allows."""
    if execution["status"] == "RUNNING":
        execution["error"], execution["cause"] = "States.Timeout", "the execution ran longer than its machine allows"
        end(execution, "TIMED_OUT", {"error": execution["error"], "cause": execution["cause"]})


def run_execution(arn: str) -> None:
    """Walk an execution from its first state to its end, in the calling thread."""
    execution = stepfunctions._executions.get(arn)
    if not execution:
        return
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"])
    if not machine:
        stepfunctions._fail_execution(execution, "StateMachineDeleted", "State machine no longer exists")
        return
    definition, data = parsed(machine["definition"]), json.loads(execution["input"])
    ctx: Json = {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {
            "Id": arn,
            "Input": data,
            "Name": execution["name"],
            "RoleArn": machine.get("roleArn", ""),
            "StartTime": execution["startDate"],
        },
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": {},
    }
    scope = Scope(on_deadline=lambda: time_out(execution))
    if definition.get("TimeoutSeconds"):
        scope.deadline = time.monotonic() + float(definition["TimeoutSeconds"])
    scopes[arn] = scope
    token = current.set(scope)
    try:
        output = json.dumps(walk(definition["States"], definition["StartAt"], data, execution, ctx))
        if execution["status"] == "RUNNING":
            execution["output"] = output
            end(execution, "SUCCEEDED", {"output": output})
    except ScopeEndedError:
        pass  # whoever ended the scope has written the status
    except Exception as problem:
        if execution["status"] == "RUNNING":
            error = getattr(problem, "error", "States.Runtime")
            stepfunctions._fail_execution(execution, error, getattr(problem, "cause", str(problem)))
    finally:
        current.reset(token)
        scopes.pop(arn, None)


def add_event(execution: Json, kind: str, details: Json | None = None) -> Json:
    """Append to an execution's history, from whichever branch."""
    with _history:
        last = len(execution["events"])
        event = {"id": last + 1, "previousEventId": last, "type": kind, "timestamp": now_iso(), **(details or {})}
        execution["events"].append(event)
    return event


def apply(settings: Settings) -> None:
    """Replace the walk, and end what waits when an execution is stopped."""
    del settings
    stop = stepfunctions._stop_execution

    def stop_execution(data: Json) -> Any:
        answer = stop(data)
        scope = scopes.get(data.get("executionArn", ""))
        if answer[0] == 200 and scope is not None:
            scope.end()
        return answer

    stepfunctions._add_event = add_event
    stepfunctions._stop_execution = stop_execution
    stepfunctions._run_execution = run_execution
    stepfunctions._run_sub_machine = run_branch
    stepfunctions._run_parallel_branches = run_parallel
    stepfunctions._run_map_items = run_map
