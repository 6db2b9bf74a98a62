"""Calls between components: an action or operation function by its name."""

from __future__ import annotations

import json
from typing import Any

from javelin.contract import explaining
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant, arn
from javelin.discovery import names
from javelin.discovery.clients import client

LARGEST = 6 * 2**20  # bytes that Lambda takes


class ServiceFailed(Exception):
    """The called function raised: `name` is the class of what it raised."""

    def __init__(self, function: str, name: str) -> None:
        super().__init__(f"{function} failed with {name}")
        self.name = name


def may_call(component: str, name: str) -> Grant:
    """The grant that `call` needs."""
    return Grant(("lambda:InvokeFunction",), (arn("lambda", f"function:{names.function(component, name)}"),))


def call(component: str, name: str, payload: dict[str, Any]) -> Any:
    """Invoke a function and wait for what it returns. Raises ServiceFailed if it raises."""
    return invoke(names.function(component, name), payload)


def begin(component: str, name: str, payload: dict[str, Any]) -> None:
    """Have a function run and do not wait for it. AWS runs it up to twice more if it fails."""
    if would := explaining.picture():
        would.add("calls", names.function(component, name))
        return
    body = json.dumps(payload).encode()
    client("lambda").invoke(FunctionName=names.function(component, name), Payload=body, InvocationType="Event")


def invoke(function: str, payload: dict[str, Any]) -> Any:
    """Invoke a function by its full name and wait. Raises ServiceFailed if it raises."""
    if (would := explaining.picture()) is not None and "parameters" in payload:
        return _explained(function, payload, would)
    return _invoke(function, payload)


def _explained(function: str, payload: dict[str, Any], would: explaining.Picture) -> Any:
    """An operation that is called by another one is explained with it; the answer stands for a job that there is not."""
    answer = _invoke(function, {**payload, "parameters": {**payload["parameters"], explaining.PARAMETER: "true"}})
    if "error" in answer:
        return answer
    would.tell(calls=answer["body"]["explanation"])
    return {"body": {"jobid": ""}}


def _invoke(function: str, payload: dict[str, Any]) -> Any:
    body = json.dumps(payload).encode()
    if len(body) > LARGEST:
        raise InvalidParameter(
            f"The call has {len(body)} bytes when it is passed on, where {LARGEST} may be; send less."
        )
    answer = client("lambda").invoke(FunctionName=function, Payload=body)
    result = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        raise ServiceFailed(function, str((result or {}).get("errorType", "Unknown")))
    return result
