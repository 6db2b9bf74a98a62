"""Leases whose job has ended are freed; those of stuck jobs are kept and say so."""

from __future__ import annotations

from functions.orchestration._suspects import Findings
from javelin.contract.errors import ApiError
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.lease import Lease
from javelin.data.transaction import Transaction
from javelin.flow.stuck import STUCK
from javelin.sync import lease

LEASED = ("VirtualMachine", "Network", "Template", "Volume")  # what jobs are about


def compare(kind: str, ids: list[str], findings: Findings) -> None:
    """The leases on these resources."""
    held = [one for one in Lease.batch_get(ids) if one.owner and not one.stuck] if ids else []
    jobs = {job.id: job for job in Job.load_all(one.owner for one in held)}
    for one in held:
        job = jobs.get(one.owner)
        if job is not None and not job.ended:
            continue
        stuck = job is not None and job.error == STUCK
        said = (
            f"the lease on {kind} {one.resource} did not say that its job {one.owner} is stuck"
            if stuck
            else f"{kind} {one.resource} was held by job {one.owner}, which has ended"
        )
        if findings.dry:
            findings.noticed(said)
        elif _mark(one, job) if job is not None and stuck else _free(one, job):
            findings.repaired(kind, one.resource, said)


def _mark(held: Lease, job: Job) -> bool:
    reason = (job.result or {}).get("errortext") or "its job could not be undone"
    return lease.mark_stuck(held.resource, job.id, str(reason))


def _free(held: Lease, job: Job | None) -> bool:
    """False if the job was taken up again, or gave the lease back, since it was read."""
    transaction, moved = Transaction(), Moved("the job or its lease has changed")
    gone = Job.id.does_not_exist() if job is None else Job.status != int(JobStatus.PENDING)
    transaction.check(Job, held.owner, gone, moved)
    lease.release(transaction, held.resource, held.owner, moved)
    try:
        transaction.commit()
    except Moved:
        return False
    return True


class Moved(ApiError):
    """What was read is not so any more."""
