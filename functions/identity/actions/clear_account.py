"""Clear an account that is being deleted: take it out of projects, begin with all that it has until nothing is left, end it.

Undo brings nothing back: the account stays disabled and can be deleted again, or enabled.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from functions.identity import _belongings
from functions.identity._belongings import clear
from functions.identity._leaving import LEAVE, end_account, leave_projects, remove_some_users
from javelin.data.records.account import Account
from javelin.data.records.job import Job
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step

PATIENCE = timedelta(hours=1)  # between two looks


def do(run: Run) -> dict[str, int]:
    """How much is left; the flow comes again until it is nothing."""
    if run.job.ended:
        return {"left": 0}
    account = Account.require(str(run.job.resource_id))
    run.job.change(Job.deadline.set(datetime.now(UTC) + PATIENCE), when=Job.id.exists())
    left = leave_projects(account) or clear(account) or remove_some_users(account) or end_account(run.job, account)
    return {"left": left}


def undo(run: Run) -> None:
    """What is gone is gone; what could not go is named in the job."""
    if run.job.ended:
        return
    then = "what is left of the account is deleted by calling deleteAccount again"
    jobs.fail(run.job, Transaction(), run.failure, "ACCOUNT.DELETE", "Deleting an account", then=then)


handler = step(do, undo, timeout=120, grants=[*_belongings.GRANTS, *LEAVE, *jobs.END_JOB])
