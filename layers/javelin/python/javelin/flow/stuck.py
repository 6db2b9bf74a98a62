"""Jobs that neither got done nor undone: they end, keep their resource so that nobody builds on it, and alarm."""

from __future__ import annotations

from datetime import UTC, datetime

from javelin.contract.grants import Grant, arn
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.lease import Lease
from javelin.discovery import names
from javelin.flow import waiting
from javelin.messaging.alarms import raise_alarm
from javelin.sync import lease

STUCK = "Stuck"  # what `Job.error` says
MAY_STICK: tuple[Grant, ...] = (
    Job.write, Lease.write, Grant(("sns:Publish",), (arn("sns", names.ALARM_TOPIC),)),
)  # fmt: skip


def end(job: Job, code: int, reason: str, *, passes: bool = False) -> None:
    """End the job as failed; its resource says why in its lease. May run twice, or half and again.

    If what it met `passes` the reconciler looks at it again, and undoes it then. The alarm comes before the end: what dies
    between them runs again and tells twice, rather than never.
    """
    if job.ended and job.error != STUCK:
        return
    if job.resource_id is not None:
        lease.mark_stuck(job.resource_id, job.id, reason)
    raise_alarm(f"Job {job.id} ({job.command}) is stuck", f"{job.resource_type} {job.resource_id}: {reason}")
    job.change(
        Job.status.set(int(JobStatus.FAILED)), Job.result_code.set(code), Job.error.set(STUCK),
        Job.result.set({"errorcode": code, "errortext": reason}), Job.completed.set(datetime.now(UTC)),
        Job.waits.set(waiting.now_for(job)) if passes else Job.open_shard.remove(),
        Job.open_account.remove(), Job.open_owner.remove(),
        when=Job.status == int(JobStatus.PENDING),
    )  # fmt: skip
