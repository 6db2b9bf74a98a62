"""Attempts of a Task state.

AWS: HeartbeatSeconds and TimeoutSeconds hold for every attempt, each attempt has its own task token, a function that
raises fails its task at once although it would have called back, MaxDelaySeconds and JitterStrategy shape retries.
ministack ignores heartbeats, jitter and the longest delay, gives one token to all attempts, and waits for a callback
that will not come.
"""

import contextvars
import random
import threading
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import stepfunctions

from infra.local.aws.adapters.task_tokens import waits
from infra.local.aws.scopes import HeartbeatMissedError, Wait, WaitTimedOutError, current_scope
from infra.local.aws.settings import Settings
from infra.local.aws.tally import tally

APPLIES_TO = frozenset({"1.5.33"})
CALLBACK = ".waitForTaskToken"
Json = dict[str, Any]


def seconds_of(state: Json, field: str, data: object, ctx: Json) -> float | None:
    """The seconds that `field` gives, as a number, an expression or a path; None when the state says nothing."""
    if f"{field}Path" in state:
        value = stepfunctions._resolve_path_or_ctx(state[f"{field}Path"], data, ctx)
    elif field in state:
        value = stepfunctions._apply_jsonata_template(state[field], data, ctx)
    else:
        return None
    return float(value)


def dispatch(wait: Wait, resource: str, arguments: object) -> None:
    """Call the integration; without a callback its answer is the task's result."""
    try:
        value = stepfunctions._invoke_resource(resource.replace(CALLBACK, ""), arguments)
    except stepfunctions._ExecutionError as problem:
        wait.fail(problem.error, problem.cause)
    except Exception as problem:
        wait.fail("States.Runtime", str(problem))
    else:
        if CALLBACK not in resource:
            wait.succeed(value)


def attempt(state: Json, data: object, execution: Json, ctx: Json) -> Any:
    """Run one attempt and return its result; raise ministack's execution error otherwise."""
    resource, token, wait = state.get("Resource", ""), new_uuid(), Wait()
    if CALLBACK in resource:
        ctx["Task"] = {"Token": token}
        waits[token] = wait
    try:
        if stepfunctions._state_query_language(state, ctx) == "JSONata":
            arguments = stepfunctions._apply_jsonata_arguments(state, data, ctx)
        else:
            arguments = stepfunctions._apply_parameters(state, stepfunctions._apply_input_path(state, data, ctx), ctx)
        timeout, heartbeat = (seconds_of(state, field, data, ctx) for field in ("TimeoutSeconds", "HeartbeatSeconds"))
        kind = "lambda" if "lambda" in resource else resource.split(":::")[-1].split(":")[0]
        details = {"resourceType": kind, "resource": resource, "parameters": stepfunctions.json.dumps(arguments)}
        stepfunctions._add_event(execution, "TaskScheduled", {"taskScheduledEventDetails": details})
        runner = contextvars.copy_context().run
        threading.Thread(target=runner, args=(dispatch, wait, resource, arguments), daemon=True, name="task").start()
        current_scope().wait(wait, timeout, heartbeat)
    except WaitTimedOutError:
        raise stepfunctions._ExecutionError("States.Timeout", f"no result within {timeout:g} seconds") from None
    except HeartbeatMissedError:
        cause = f"no heartbeat within {heartbeat:g} seconds"
        raise stepfunctions._ExecutionError("States.HeartbeatTimeout", cause) from None
    finally:
        waits.pop(token, None)
    if wait.failure is not None:
        raise stepfunctions._ExecutionError(*wait.failure)
    return wait.value


def output_of(state: Json, data: object, ctx: Json, result: object) -> object:
    """The state's output for `result`, after assigning its variables."""
    if stepfunctions._state_query_language(state, ctx) == "JSONata":
        output: object = stepfunctions._apply_jsonata_output(state, data, ctx, result=result, default=result)
        stepfunctions._apply_state_assign(state, data, ctx, result=result)
        return output
    selected = stepfunctions._apply_result_selector(state, result)
    merged = stepfunctions._apply_result_path(state, data, selected)
    final: object = stepfunctions._apply_output_path(state, merged, ctx)
    return final


def delay_before(retrier: Json, retries: int) -> float:
    """Seconds until the next attempt after `retries` earlier ones."""
    seconds = float(retrier.get("IntervalSeconds", 1)) * float(retrier.get("BackoffRate", 2.0)) ** retries
    seconds = min(seconds, float(retrier.get("MaxDelaySeconds", seconds)))
    return random.uniform(0, seconds) if retrier.get("JitterStrategy") == "FULL" else seconds  # noqa: S311  not a secret


def with_retry_and_catch(state: Json, data: object, ctx: Json, run: Any) -> tuple[object, str | None]:
    """Call `run` until it succeeds, its errors are used up, or a catcher takes over."""
    language, counts = stepfunctions._state_query_language(state, ctx), dict[int, int]()
    own_state = ctx["State"]
    while True:
        ctx["State"] = {**own_state, "RetryCount": sum(counts.values())}
        try:
            result: tuple[object, str | None] = run()
            return result
        except stepfunctions._ExecutionError as problem:
            retrier, index = stepfunctions._find_matching_retrier(state.get("Retry", []), problem.error, counts)
            if retrier is not None:
                current_scope().sleep(delay_before(retrier, counts.get(index, 0)))
                counts[index] = counts.get(index, 0) + 1
                tally.add("states/transitions")  # which AWS bills for a retry, too
                continue
            catcher = stepfunctions._find_matching_catcher(state.get("Catch", []), problem.error)
            if catcher is None:
                raise
            error = {"Error": problem.error, "Cause": problem.cause}
            return stepfunctions._apply_catcher(catcher, data, ctx, language, error), catcher["Next"]


def execute_task(state: Json, data: object, execution: Json, ctx: Json) -> tuple[object, str | None]:
    """Enter a Task state: attempts, retries, catchers."""
    resource = state.get("Resource", "")

    def once() -> tuple[object, str | None]:
        try:
            result = attempt(state, data, execution, ctx)
            done = {"output": stepfunctions.json.dumps(result), "resource": resource}
            stepfunctions._add_event(execution, "TaskSucceeded", {"taskSucceededEventDetails": done})
            return output_of(state, data, ctx, result), stepfunctions._next_or_end(state)
        except stepfunctions._ExecutionError as problem:
            timed_out = problem.error in ("States.Timeout", "States.HeartbeatTimeout")
            kind, key = ("TaskTimedOut", "taskTimedOut") if timed_out else ("TaskFailed", "taskFailed")
            details = {"error": problem.error, "cause": problem.cause, "resource": resource}
            stepfunctions._add_event(execution, kind, {f"{key}EventDetails": details})
            raise

    return with_retry_and_catch(state, data, ctx, once)


def matches(names: list[str], error: str) -> bool:
    """Say whether ErrorEquals `names` covers `error`; a missed heartbeat is a timeout, too."""
    if "States.ALL" in names or error in names:
        return error != "States.DataLimitExceeded" or error in names
    if error == "States.HeartbeatTimeout":
        return "States.Timeout" in names
    return "States.TaskFailed" in names and error != "States.Timeout"


def apply(settings: Settings) -> None:
    """Replace the Task state, the retry loop that Parallel and Map share, and the matching of error names."""
    del settings
    stepfunctions._execute_task = execute_task
    stepfunctions._with_retry_and_catch = with_retry_and_catch
    stepfunctions._error_matches = matches
    stepfunctions._scaled_sleep = lambda seconds: current_scope().sleep(float(seconds))
