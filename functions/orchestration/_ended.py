"""What can still be done about a job that has ended: run a stuck one again, or call what it did, or the opposite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from javelin.contract.caller import Caller
from javelin.contract.errors import ApiError, ConcurrentOperation, InvalidParameter, all_errors
from javelin.contract.grants import Grant, arn
from javelin.data.record import Change
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.lease import Lease
from javelin.data.transaction import Transaction
from javelin.discovery import names
from javelin.flow import jobs
from javelin.flow.stuck import STUCK
from javelin.messaging.services import call, may_call
from javelin.sync import lease

Json = dict[str, Any]
REOPEN: tuple[Grant, ...] = (
    Job.write, Lease.write, Grant(("states:StartExecution",), (arn("states", f"stateMachine:{names.PREFIX}-*"),)),
)  # fmt: skip


def may_invoke(operations: Sequence[str]) -> list[Grant]:
    """The grants to invoke operations, given as component/operation."""
    return [may_call(*path.split("/")) for path in sorted(set(operations))]


def ended_job(caller: Caller, key: str) -> Job:
    """A job that the caller may see and that has ended. Raises InvalidParameter."""
    job = Job.visible_to(caller, key)
    if not job.ended:
        raise InvalidParameter(f"Job {job.id} is under way; wait until it has ended, or stop it with cancelAsyncJob.")
    return job


def is_stuck(job: Job) -> bool:
    """Whether undoing it failed: it holds its resource until it is run again."""
    return bool(job.error == STUCK and job.flow)


def reopen(job: Job, *, undo: bool) -> None:
    """Run a stuck job again, under its own id and lease. With `undo` it goes no further than it was, and is undone.

    Raises ConcurrentOperation if somebody else did so at the same time.
    """
    now = datetime.now(UTC)
    changes: list[Change] = [
        Job.status.set(int(JobStatus.PENDING)), Job.result_code.set(0), Job.attempt.add(1), Job.error.remove(),
        Job.result.remove(), Job.completed.remove(), Job.expires.remove(), Job.deadline.set(now + timedelta(hours=1)),
        Job.open_shard.set(str(int(job.id[-1], 16) % jobs.OPEN_SHARDS)), Job.open_account.set(job.account_id),
        *([Job.open_owner.set(job.owner["account_id"])] if job.owner else []),
        Job.cancelled_at.set(now) if undo else Job.cancelled_at.remove(), Job.waits.remove(),
    ]  # fmt: skip
    already = ConcurrentOperation(f"Somebody runs job {job.id} again already; query it.")
    transaction = Transaction()
    transaction.update(job, changes, (Job.error == STUCK) & (Job.attempt == int(job.attempt)), already)
    transaction.update(Lease(str(job.resource_id)), [Lease.stuck.remove()], Lease.owner == job.id, already)
    transaction.commit()
    job.attempt = int(job.attempt) + 1
    jobs.execute(job)


def require_last(job: Job) -> str:
    """The resource of a job that nothing came after. Raises InvalidParameter."""
    if job.resource_id is None or not lease.is_last(job.resource_id, int(job.fence)):
        raise InvalidParameter(
            f"Job {job.id} is not the last one on its {job.resource_type or 'resource'}; others changed it since, or it "
            "is gone. Look at it, then call the command that you want."
        )
    return str(job.resource_id)


def invoke(path: str, parameters: Json, caller: Caller) -> Json:
    """Call an operation as the caller; the inside of its answer. Raises what it refused with."""
    component, operation = path.split("/")
    raw = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in parameters.items()}
    answer: Json = call(component, operation, {"parameters": raw, "caller": caller.model_dump()})
    if "error" in answer:
        raise all_errors().get(answer["error"]["name"], ApiError)(answer["error"]["text"])
    body: Json = answer["body"]
    return body
