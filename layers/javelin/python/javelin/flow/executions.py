"""Executions of jobs' flows: what state machines know of them. Only the reconciler and cancel look here."""

from __future__ import annotations

from javelin.contract.grants import Grant, arn
from javelin.data.records.job import Job
from javelin.discovery import names
from javelin.discovery.clients import account_id, client, partition, region

MAY_LOOK = (
    Grant(
        ("states:DescribeExecution", "states:StopExecution"), (arn("states", f"execution:{names.PREFIX}-*"),)
    ),
)  # fmt: skip


def name(job: Job) -> str:
    """The execution of the job's current attempt: the job's id, and the attempt's number from the second on."""
    return job.id if int(job.attempt) == 1 else f"{job.id}-{int(job.attempt)}"


def execution_arn(job: Job) -> str:
    """Where the execution of the job's current attempt is."""
    machine = names.flow(str(job.flow))
    return f"arn:{partition()}:states:{region()}:{account_id()}:execution:{machine}:{name(job)}"


def status(job: Job) -> str | None:
    """RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED; None when there is no such execution."""
    machines = client("stepfunctions")
    try:
        found: str = machines.describe_execution(executionArn=execution_arn(job))["status"]
    except machines.exceptions.ExecutionDoesNotExist:
        return None
    return found


def stop(job: Job, error: str, cause: str) -> None:
    """Abort the execution of the job's current attempt."""
    client("stepfunctions").stop_execution(executionArn=execution_arn(job), error=error, cause=cause)
