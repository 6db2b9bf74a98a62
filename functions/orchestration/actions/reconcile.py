"""The reconciler: ends what was left. Looks at jobs that are not ended, by index; never at the whole cloud.

A job whose execution ended without ending it (the platform stopped, a flow was killed) runs again from the start: every
step tolerates that its work was done. So does one that waits for a host, when the host is heard of again. After `ATTEMPTS`
runs, or past its deadline, the job is marked stuck and an operator is told. It is undone when what it met is over.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.orchestration import _ended
from javelin.contract.errors import ConcurrentOperation
from javelin.contract.grants import Grant, arn
from javelin.data.records.job import Job, JobStatus
from javelin.discovery import names
from javelin.flow import executions, jobs, stuck, waiting
from javelin.messaging.consumers import Schedule, consumer

ATTEMPTS = 5
MOST_ATTEMPTS = 100  # after which a stuck job is left to operators
SETTLING = timedelta(seconds=20)  # a job this young may not have its execution yet
AGAIN = timedelta(minutes=10)  # until a stuck job comes first again
PAGE = 200
LATER = "What is left of it is undone by itself when that is possible."
AWAY = f"The host that is to undo the job has not been heard of since. {LATER}"


def run(event: dict[str, Any]) -> dict[str, int]:
    """What was found, in numbers. {"dry_run": true} changes nothing."""
    dry = bool((event or {}).get("dry_run"))
    youngest = datetime.now(UTC) - (timedelta(0) if (event or {}).get("now") else SETTLING)
    found: Counter[str] = Counter()
    for shard in range(jobs.OPEN_SHARDS):
        for row in Job.by_open.query(str(shard), limit=PAGE):
            job = Job.find(row.id)
            if job is None or job.created > youngest:
                continue
            if job.ended:
                found[undo_again(job, dry=dry)] += 1
            else:
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
    waits = job.waits is not None and not waiting.is_over(job)
    if waits and datetime.now(UTC) < job.deadline:
        return "waiting"
    if waits or int(job.attempt) >= ATTEMPTS:
        if not dry:
            stuck.end(job, 530, AWAY if waits else f"The job did not end in {ATTEMPTS} runs. {LATER}", passes=True)
        return "stuck"
    if not dry:
        changes: list[Any] = [Job.deadline.set(datetime.now(UTC) + timedelta(hours=1)), Job.waits.remove()]
        as_read = (Job.status == int(JobStatus.PENDING)) & (Job.attempt == int(job.attempt))
        if status is not None:  # there was an execution: the next one needs a name of its own
            changes.append(Job.attempt.add(1))
            job.attempt = int(job.attempt) + 1
        if job.change(*changes, when=as_read):  # or another run was quicker
            jobs.execute(job)
    return "restarted"


def undo_again(job: Job, *, dry: bool) -> str:
    """Undo a stuck job, if what it met is over; answers what was done."""
    if job.error != stuck.STUCK or job.waits is None or int(job.attempt) >= MOST_ATTEMPTS:
        if not dry:
            job.change(Job.open_shard.remove(), when=Job.status != int(JobStatus.PENDING))
        return "left"
    if not waiting.is_over(job):
        if not dry and job.deadline < datetime.now(UTC):  # behind others, so that many of them hide no job under way
            job.change(Job.deadline.set(datetime.now(UTC) + AGAIN), when=Job.status != int(JobStatus.PENDING))
        return "away"
    if not dry:
        with suppress(ConcurrentOperation):  # somebody resumed it
            _ended.reopen(job, undo=True)
    return "undone again"


GRANTS = (
    *executions.MAY_LOOK,
    *waiting.MAY_LOOK,
    Grant(("states:StartExecution",), (arn("states", f"stateMachine:{names.PREFIX}-*"),)),
    *stuck.MAY_STICK,
)
handler = consumer(run, Schedule("rate(1 minute)"), grants=GRANTS, timeout=300)
