"""The reconciler: ends what was left. Looks at jobs that are not ended, by index; never at the whole cloud.

A job whose execution ended without ending it (the platform stopped, a flow was killed) runs again from the start: every
step tolerates that its work was done. After `ATTEMPTS` runs the job is marked stuck and an operator is told.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from javelin.contract.grants import Grant, arn
from javelin.data.records.job import Job, JobStatus
from javelin.discovery import names
from javelin.flow import executions, jobs, stuck
from javelin.messaging.consumers import Schedule, consumer

ATTEMPTS = 5
SETTLING = timedelta(seconds=20)  # a job this young may not have its execution yet
PAGE = 200


def run(event: dict[str, Any]) -> dict[str, int]:
    """What was found, in numbers. {"dry_run": true} changes nothing."""
    dry = bool((event or {}).get("dry_run"))
    youngest = datetime.now(UTC) - (timedelta(0) if (event or {}).get("now") else SETTLING)
    found: Counter[str] = Counter()
    for shard in range(jobs.OPEN_SHARDS):
        for row in Job.by_open.query(str(shard), limit=PAGE):
            job = Job.find(row.id)
            if job is None or job.ended or job.created > youngest:
                continue
            found[settle(job, dry=dry)] += 1
    return dict(found)


def settle(job: Job, *, dry: bool) -> str:
    """End or repeat one job; answers what was done."""
    status = executions.status(job)
    if status == "RUNNING":
        if datetime.now(UTC) < job.deadline:
            return "running"
        if not dry:
            executions.stop(job, "DeadlinePassed", "The job did not end in its time.")
        return "overdue"
    if int(job.attempt) >= ATTEMPTS:
        if not dry:
            stuck.end(job, 530, f"The job did not end in {ATTEMPTS} runs")
        return "stuck"
    if not dry:
        changes: list[Any] = [Job.deadline.set(datetime.now(UTC) + timedelta(hours=1))]
        if status is not None:  # there was an execution: the next one needs a name of its own
            changes.append(Job.attempt.add(1))
            job.attempt = int(job.attempt) + 1
        if job.change(*changes, when=Job.status == int(JobStatus.PENDING)):
            jobs.execute(job)
    return "restarted"


GRANTS = (
    *executions.MAY_LOOK,
    Grant(("states:StartExecution",), (arn("states", f"stateMachine:{names.PREFIX}-*"),)),
    *stuck.MAY_STICK,
)
handler = consumer(run, Schedule("rate(1 minute)"), grants=GRANTS, timeout=300)
