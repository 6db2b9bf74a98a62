"""Have what is in a moved domain follow it, look again until nothing is left behind, and free the names that it had.

Undo brings nothing back: the domain is where it was moved to, and what is left follows when the move is called again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from functions.identity._following import FOLLOW_DOMAIN, follow_domain, subtree
from functions.identity._moving_jobs import EVENTS
from functions.identity._settling import end, settle
from javelin.data.records.domain import Domain
from javelin.data.records.job import Job
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step

LAST = "Settle"  # the state that ends the job; the ones before it only begin
PATIENCE = timedelta(hours=1)  # between two looks


def do(run: Run) -> dict[str, int]:
    """How much was not where it belongs; the flow looks again, some seconds later, until nothing was."""
    job, key = run.job, str(run.job.resource_id)
    if job.ended:
        return {"left": 0}
    top = Domain.find(key)
    transaction = Transaction()
    if top is not None:
        job.change(Job.deadline.set(datetime.now(UTC) + PATIENCE), when=Job.id.exists())
        domains = subtree(top)
        left = follow_domain(domains)
        if left or run.step != LAST:
            return {"left": left}
        for domain in domains[1:]:
            if domain.moved_from:
                part = Transaction()
                settle(part, domain)
                part.commit()
        settle(transaction, top)
    end(transaction, key)
    name = top.shown_path if top else "that was deleted"
    jobs.succeed(job, transaction, None, None, EVENTS[job.command], f"Moved what is in domain {name}")
    return {"left": 0}


def undo(run: Run) -> None:
    """What has followed is where it belongs."""
    if run.job.ended:
        return
    then = f"what is left follows when {run.job.command} is called for the domain again"
    jobs.fail(run.job, Transaction(), run.failure, EVENTS[run.job.command], "Moving what is in a domain", then=then)


handler = step(do, undo, timeout=600, memory=512, grants=[*FOLLOW_DOMAIN, *jobs.END_JOB])
