"""Starting executions twice, and what their status events say.

AWS: StartExecution with the name and input of a running execution answers with that execution; status events of
TIMED_OUT and ABORTED executions carry error and cause. ministack refuses every repeated name and drops both fields
unless FAILED.
"""

import json
from typing import Any

from ministack.core.responses import json_response
from ministack.services import eventbridge, stepfunctions

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
LARGEST_FIELD = 248 * 1024
Json = dict[str, Any]


def detail_of(execution: Json) -> Json:
    """The detail of an execution's status event."""
    status = execution["status"]
    detail: Json = {
        "executionArn": execution["executionArn"],
        "stateMachineArn": execution["stateMachineArn"],
        "name": execution["name"],
        "status": status,
        "startDate": stepfunctions._iso_to_epoch_ms(execution.get("startDate")),
        "stopDate": stepfunctions._iso_to_epoch_ms(execution.get("stopDate")),
        "input": execution.get("input"),
        "output": execution.get("output") if status == "SUCCEEDED" else None,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "REDRIVABLE" if status in ("FAILED", "TIMED_OUT", "ABORTED") else "NOT_REDRIVABLE",
        "redriveStatusReason": None,
        "error": execution.get("error"),
        "cause": execution.get("cause"),
    }
    for field in ("input", "output"):
        included = len(detail[field] or "") <= LARGEST_FIELD
        detail[f"{field}Details"] = {"included": included} if detail[field] is not None else None
        detail[field] = detail[field] if included else None
    return detail


def announce(execution: Json) -> None:
    """Publish a status change on the default bus; synchronous executions announce nothing."""
    if execution.get("sync"):
        return
    entry = {
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Detail": json.dumps(detail_of(execution)),
        "Resources": [execution["executionArn"]],
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def apply(settings: Settings) -> None:
    """Replace the announcement and make a repeated start answer like the first."""
    del settings
    start = stepfunctions._start_execution
    stepfunctions._emit_execution_status_event = announce

    def start_once(data: Json) -> Any:
        name, arn = data.get("name"), data.get("stateMachineArn", "")
        if name:
            known = stepfunctions._executions.get(f"{arn.replace(':stateMachine:', ':execution:')}:{name}")
            if known and known["status"] == "RUNNING" and known["input"] == data.get("input", "{}"):
                return json_response({"executionArn": known["executionArn"], "startDate": known["startDate"]})
        return start(data)

    stepfunctions._start_execution = start_once
