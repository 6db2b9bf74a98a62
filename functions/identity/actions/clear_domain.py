"""Clear a domain that is being deleted: begin with all accounts in it and below, and delete the domains once they are empty.

Undo brings nothing back: it opens the domains that are left, and they can be deleted again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from functions.identity import _dedications, _subtree
from functions.identity._subtree import begin_with_accounts, close_subtree, open_subtree, remove, remove_below
from javelin.data import settings
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.job import Job
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step

PATIENCE = timedelta(hours=1)  # between two looks


def do(run: Run) -> dict[str, int]:
    """How much is left; the flow comes again until it is nothing."""
    if run.job.ended:
        return {"left": 0}
    top = Domain.find(str(run.job.resource_id))
    if top is None:  # somebody deleted it when it was empty
        jobs.succeed(run.job, Transaction(), None, None, "DOMAIN.DELETE", "Deleted a domain that was empty")
        return {"left": 0}
    run.job.change(Job.deadline.set(datetime.now(UTC) + PATIENCE), when=Job.id.exists())
    domains = close_subtree(top)
    left = begin_with_accounts(run.job, domains) or remove_below(top, domains)
    left = left or _dedications.release_some(Dedication.domain_id == top.id)
    if left:
        return {"left": left}
    settings.forget_part("domain", top.id)
    transaction = Transaction()
    remove(transaction, top)
    jobs.succeed(run.job, transaction, None, None, "DOMAIN.DELETE", f"Deleted domain {top.shown_path}")
    return {"left": 0}


def undo(run: Run) -> None:
    """What is gone is gone; what could not go is named in the job."""
    if run.job.ended:
        return
    top = Domain.find(str(run.job.resource_id))
    if top is not None:
        open_subtree(top)
    then = "what is left of the domain is deleted by calling deleteDomain again with cleanup=true"
    jobs.fail(run.job, Transaction(), run.failure, "DOMAIN.DELETE", "Deleting a domain", then=then)


handler = step(do, undo, timeout=120, grants=[*_subtree.GRANTS, *jobs.END_JOB])
