"""What flows do for moved domains and renamed accounts, done here: no state machine runs in these tests."""

from __future__ import annotations

from functions.identity.actions import follow_account, follow_domain
from javelin.data.records.job import Job, JobStatus
from tests.cloud import Context

STEPS = {"identity/move_domain": follow_domain, "identity/rename_account": follow_account}
PASSES = 9


def under_way() -> list[Job]:
    """The jobs of these flows that have not ended."""
    return [job for job in Job.scan() if job.flow in STEPS and job.status == int(JobStatus.PENDING)]


def one_pass(job: Job, state: str = "Settle", phase: str = "do") -> int:
    """How much the pass changed."""
    answer = STEPS[str(job.flow)].handler({"phase": phase, "job": job.id, "step": state}, Context())
    return int(answer["left"]) if answer else 0


def follow() -> None:
    """Have everything follow, until the jobs have ended."""
    for job in under_way():
        for _ in range(PASSES):
            one_pass(job)
            if Job.require(job.id).status != int(JobStatus.PENDING):
                break
    assert not under_way()
