"""Step Functions inside the test process: the embedded AWS's interpreter walks the flows that the templates deploy.

A state's function is called here, JSON in and out. Time does not pass by itself: retries come at once, and a task that
waits for an answer when everything is quiet has missed its heartbeat.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import stepfunctions

from infra.generator.declarations import COMPONENTS, Flow, flows
from infra.local.aws.adapters import execution_status, execution_walk, task_attempts, task_tokens
from infra.local.aws.scopes import Wait
from infra.local.aws.settings import Settings
from javelin.discovery import names
from tests.account import ACCOUNT, REGION

Json = dict[str, Any]
ENTERED: ContextVar[tuple[str, str]] = ContextVar("entered")  # the execution's ARN and the state's name


@functools.cache
def all_flows() -> dict[str, Flow]:
    """Every flow of the project by its path."""
    return {flow.path: flow for component in COMPONENTS for flow in flows(component)}


@dataclass(frozen=True)
class Task:
    """One attempt of a Task state: what the function is given, and the token if the flow waits for an answer."""

    execution: str
    state: str
    function: str
    payload: Json
    token: str | None


Perform = Callable[[Task], Any]


@dataclass
class Engine:
    """Executions run when `run` is called, in the caller's thread, one after the other.

    `perform` does what a task asks for: its value is the function's answer, what it raises the function's error.
    `settle` is called when a task's function is done; what waits afterwards has missed its heartbeat. `idle`
    is called when a flow waits and nothing else was started.
    """

    perform: Perform
    settle: Callable[[], None]
    idle: Callable[[], Any] = lambda: None
    started: list[str] = field(default_factory=list)
    ended: list[Json] = field(default_factory=list)  # status events that nobody has heard yet

    def __post_init__(self) -> None:
        _adapt()
        _enter_account()
        _hooks.engine = self
        for flow in all_flows().values():
            definition = json.dumps(flow.definition)
            wish = {
                "name": names.flow(flow.path),
                "definition": definition,
                "roleArn": f"arn:aws:iam::{ACCOUNT}:role/x",
            }
            status, _, body = stepfunctions._create_state_machine(wish)
            assert status == 200, body

    def forget(self) -> None:
        """No execution ever ran."""
        for arn in list(stepfunctions._executions):
            stepfunctions._executions.pop(arn, None)
        self.started.clear()
        self.ended.clear()

    def save(self) -> Json:
        """What is known of executions."""
        return copy.deepcopy(dict(stepfunctions._executions))

    def put_back(self, saved: Json) -> None:
        """Know of these again; what went on in them does not."""
        stepfunctions._executions.update(copy.deepcopy(saved))

    def run(self) -> None:
        """Walk every execution that was started, to its end."""
        _enter_account()
        while self.started:
            execution_walk.run_execution(self.started.pop(0))

    def open_tokens(self) -> int:
        """Tasks that wait for an answer."""
        return len(task_tokens.waits)

    def history(self, arn: str) -> list[Json]:
        """The events of an execution."""
        events: list[Json] = stepfunctions._executions[arn]["events"]
        return events

    def call(self, action: str, parameters: Json) -> Json:
        """One request of the service's API. Raises what boto3 raises."""
        _enter_account()
        status, _, body = getattr(stepfunctions, f"_{action}")(parameters)
        answer: Json = json.loads(body)
        if status != 200:
            code = answer["__type"].split("#")[-1]
            raise FlowErrors.named(code)({"Error": {"Code": code, "Message": answer.get("message", "")}}, action)
        if action == "start_execution" and answer["executionArn"] not in self.started:
            self.started.append(answer["executionArn"])
        return answer


class FlowErrors:
    """The service's exceptions, as a boto3 client offers them."""

    _known: dict[str, type[ClientError]] = {}  # noqa: RUF012 - a cache

    @classmethod
    def named(cls, code: str) -> type[ClientError]:
        """The exception of a code."""
        return cls._known.setdefault(code, type(code, (ClientError,), {}))

    def __getattr__(self, code: str) -> type[ClientError]:
        return self.named(code)


@dataclass
class FlowsClient:
    """What boto3.client("stepfunctions") is for the code under test."""

    engine: Engine
    exceptions: FlowErrors = field(default_factory=FlowErrors)

    def __getattr__(self, action: str) -> Callable[..., Json]:
        return lambda **parameters: self.engine.call(action, parameters)


@dataclass
class _Hooks:
    engine: Engine | None = None


_hooks = _Hooks()


@functools.cache
def _adapt() -> None:
    """Put the launcher's adapters and this module's hooks into the interpreter, once per process."""
    settings = Settings(0, Path("unused"), 0, 0, 0, 0, False)
    for adapter in (task_tokens, task_attempts, execution_walk, execution_status):
        adapter.apply(settings)
    attempt = task_attempts.attempt

    def entered(state: Json, data: object, execution: Json, ctx: Json) -> Any:
        ENTERED.set((execution["executionArn"], ctx["State"]["Name"]))
        return attempt(state, data, execution, ctx)

    def heard(execution: Json) -> None:
        if execution["status"] != "RUNNING" and _hooks.engine is not None:
            _hooks.engine.ended.append(execution_status.detail_of(execution))

    task_attempts.attempt = entered
    task_attempts.dispatch = _dispatch
    task_attempts.delay_before = lambda retrier, retries: 0.0
    stepfunctions._emit_execution_status_event = heard
    stepfunctions._run_execution = lambda arn: None  # started executions wait for Engine.run
    stepfunctions._scaled_sleep = _meanwhile


def _dispatch(wait: Wait, resource: str, arguments: Any) -> None:
    engine = _hooks.engine
    assert engine is not None
    arn, state = ENTERED.get()
    waits_for_answer = task_attempts.CALLBACK in resource
    payload = json.loads(json.dumps(arguments["Payload"]))
    token = payload.get("token") if waits_for_answer else None
    try:
        answer = engine.perform(Task(arn, state, arguments["FunctionName"], payload, token))
        result = {"StatusCode": 200, "Payload": json.loads(json.dumps(answer))}
    except Exception as error:
        cause = {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []}
        wait.fail(getattr(error, "flow_name", type(error).__name__), json.dumps(cause))
        return
    if not waits_for_answer:
        wait.succeed(result)
        return
    if stepfunctions._executions[arn]["status"] != "RUNNING":  # it was stopped; the thread that walks has gone on
        return
    engine.settle()
    if token in task_tokens.waits:
        wait.fail("States.HeartbeatTimeout", "everything is quiet and nobody answered")


def _meanwhile(seconds: float) -> None:
    """What a flow waits for in a Wait state happens: all else that was started runs."""
    engine = _hooks.engine
    assert engine is not None
    engine.settle()
    if not engine.started:
        engine.idle()
    copy_context().run(engine.run)
    engine.settle()


def _enter_account() -> None:
    set_request_account_id(ACCOUNT)
    set_request_region(REGION)


def task_states(definition: Json) -> dict[str, Json]:
    """Every Task state of a definition by name, those inside Map states too."""
    found: dict[str, Json] = {}
    for name, state in definition["States"].items():
        if state["Type"] == "Task":
            found[name] = state
        elif state["Type"] == "Map":
            found |= task_states(state["ItemProcessor"])
    return found
