"""Task tokens: heartbeats, honest answers for tasks that are over.

AWS: SendTaskHeartbeat restarts the heartbeat clock; a token whose task ended answers TaskTimedOut, a word that was
never a token InvalidToken; an output that is no JSON InvalidOutput. ministack counts no heartbeats and knows one
answer.
"""

import json
import re
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions

from infra.local.aws.scopes import Wait
from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
Answer = tuple[int, dict[str, str], bytes]
_TOKEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
waits: dict[str, Wait] = {}


def missing(token: object) -> Answer:
    """The error for a token that nothing waits for."""
    if isinstance(token, str) and _TOKEN.fullmatch(token):
        message = "Task Timed Out: 'Provided task does not exist anymore'"
        answer: Answer = error_response_json("TaskTimedOut", message, 400)
    else:
        answer = error_response_json("InvalidToken", f"Invalid Token: '{token}'", 400)
    return answer


def apply(settings: Settings) -> None:
    """Put this registry in front of ministack's, which keeps serving activities."""
    del settings
    known = stepfunctions._task_tokens
    success, failure = stepfunctions._send_task_success, stepfunctions._send_task_failure
    heartbeat = stepfunctions._send_task_heartbeat

    def send_success(data: dict[str, Any]) -> Answer:
        token = data.get("taskToken")
        try:
            output = json.loads(data.get("output", ""))
        except ValueError as problem:
            refused: Answer = error_response_json("InvalidOutput", f"Invalid Output: {problem}", 400)
            return refused
        wait = waits.pop(token, None) if isinstance(token, str) else None
        if wait is None:
            answer: Answer = success(data) if token in known else missing(token)
            return answer
        wait.succeed(output)
        done: Answer = json_response({})
        return done

    def send_failure(data: dict[str, Any]) -> Answer:
        token = data.get("taskToken")
        wait = waits.pop(token, None) if isinstance(token, str) else None
        if wait is None:
            answer: Answer = failure(data) if token in known else missing(token)
            return answer
        wait.fail(data.get("error") or "", data.get("cause") or "")
        done: Answer = json_response({})
        return done

    def send_heartbeat(data: dict[str, Any]) -> Answer:
        token = data.get("taskToken")
        wait = waits.get(token) if isinstance(token, str) else None
        if wait is None:
            answer: Answer = heartbeat(data) if token in known else missing(token)
            return answer
        wait.beat()
        done: Answer = json_response({})
        return done

    stepfunctions._send_task_success = send_success
    stepfunctions._send_task_failure = send_failure
    stepfunctions._send_task_heartbeat = send_heartbeat
