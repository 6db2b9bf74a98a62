"""An undo failed: end the job, mark the resource, keep its lease so that nobody builds on it, and raise an alarm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from javelin.contract.grants import Grant, arn
from javelin.data.records.job import Job, JobStatus
from javelin.discovery import names
from javelin.flow import jobs
from javelin.flow.steps import Run, step
from javelin.messaging.alarms import raise_alarm

ALARM = Grant(("sns:Publish",), (arn("sns", names.ALARM_TOPIC),))


def do(run: Run) -> dict[str, Any]:
    """`run.failure` is what went wrong, `run.previous` what went wrong when that was undone."""
    error, undoing = jobs.error_of(run.failure), jobs.error_of(run.previous)
    text = f"{error.text} Undoing it failed too: {undoing.text} An operator must look at it."
    run.job.change(
        Job.status.set(int(JobStatus.FAILED)), Job.result_code.set(error.code), Job.error.set("Stuck"),
        Job.result.set({"errorcode": error.code, "errortext": text}), Job.completed.set(datetime.now(UTC)),
        Job.open_shard.remove(), when=Job.status == int(JobStatus.PENDING),
    )  # fmt: skip
    raise_alarm(
        f"Job {run.job.id} ({run.job.command}) is stuck", f"{run.job.resource_type} {run.job.resource_id}: {text}"
    )
    return {"stuck": run.job.resource_id}


handler = step(do, grants=[ALARM])
