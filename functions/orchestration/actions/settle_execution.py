"""An execution failed, timed out or was aborted: end or repeat its job at once, without waiting for the reconciler."""

from __future__ import annotations

from typing import Any

from functions.orchestration.actions import reconcile
from javelin.data.records.job import Job
from javelin.discovery import names
from javelin.flow import executions
from javelin.messaging.consumers import Rule, consumer

PATTERN = {
    "source": ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    "detail": {
        "status": ["FAILED", "TIMED_OUT", "ABORTED"],
        "stateMachineArn": [{"prefix": "arn:aws"}],
    },
}


def run(event: dict[str, Any]) -> str:
    """Executions of flows that ended their job (undone, or stuck) are none of our business."""
    detail = event["detail"]
    if f":{names.PREFIX}-" not in detail["stateMachineArn"]:
        return "not ours"
    job = Job.find(detail["name"][:36])
    if job is None or job.ended or not detail["executionArn"].endswith(f":{executions.name(job)}"):
        return "ended"
    return reconcile.settle(job, dry=False)


handler = consumer(run, Rule(PATTERN), grants=reconcile.GRANTS, timeout=60)
