"""Creates or updates the root stack and waits for its end; says what CloudFormation says when it fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from infra.packaging.publish import Aws, Published

STACK = "javelin"
CAPABILITIES = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
NEVER_STOOD = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})
GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})


class DeploymentFailed(Exception):
    """The stack did not reach its new state; the message says which resource and why."""


def is_current(aws: Aws, published: Published) -> bool:
    """Whether the stack stands as it was published."""
    stack = _find(aws.client("cloudformation"))
    if stack is None or stack["StackStatus"] not in GOOD:
        return False
    return {row["ParameterKey"]: row["ParameterValue"] for row in stack["Parameters"]} == published.parameters


def clear_failed_creation(aws: Aws, progress: Callable[[str], None], patience: float = 1800) -> None:
    """Remove a stack that never stood: CloudFormation would refuse to update it. It holds nothing."""
    cloudformation = aws.client("cloudformation")
    there = _find(cloudformation)
    if there is not None and there["StackStatus"] in NEVER_STOOD:
        progress("removing what an earlier, failed creation left")
        cloudformation.delete_stack(StackName=STACK)
        status = _wait(cloudformation, patience)
        if status != "DELETE_COMPLETE":
            raise DeploymentFailed(f"stack {STACK} cannot be removed, it is {status}: {_reasons(cloudformation)}")


def deploy(aws: Aws, published: Published, progress: Callable[[str], None], patience: float = 1800) -> None:
    """Bring the stack to what was published, within `patience` seconds."""
    cloudformation = aws.client("cloudformation")
    clear_failed_creation(aws, progress, patience)
    there = _find(cloudformation)
    request = {
        "StackName": STACK, "TemplateURL": published.template_url, "Capabilities": CAPABILITIES,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in published.parameters.items()],
    }  # fmt: skip
    try:
        if there is None:
            cloudformation.create_stack(**request)
        else:
            cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return
        raise DeploymentFailed(str(error)) from error
    status = _wait(cloudformation, patience)
    if status not in GOOD:
        raise DeploymentFailed(f"stack {STACK} is {status}: {_reasons(cloudformation)}")


def _find(cloudformation: Any) -> dict[str, Any] | None:
    try:
        stacks: list[dict[str, Any]] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return next((stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"), None)


def _wait(cloudformation: Any, patience: float) -> str:
    """The stack's status when nothing is under way any more; DELETE_COMPLETE when it is gone."""
    deadline, pause = time.monotonic() + patience, 0.2
    while True:
        stack = _find(cloudformation)
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        if not status.endswith("_IN_PROGRESS"):
            return str(status)
        if time.monotonic() > deadline:
            raise DeploymentFailed(f"stack {STACK} is still {status} after {patience:g} seconds")
        time.sleep(pause)
        pause = min(5.0, pause * 1.2)


def _reasons(cloudformation: Any) -> str:
    """What failed first, newest stack events last; nested stacks' own events name the resource that broke."""
    found: list[str] = []
    for name in [STACK, *_nested(cloudformation)]:
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        found += [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("_FAILED")
        ]
    return "; ".join(found)[:4000] or "CloudFormation gives no reason"


def _nested(cloudformation: Any) -> list[str]:
    rows = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    return [
        row["PhysicalResourceId"]
        for row in rows
        if row["ResourceType"] == "AWS::CloudFormation::Stack" and row.get("PhysicalResourceId")
    ]
