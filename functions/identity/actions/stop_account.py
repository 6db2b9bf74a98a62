"""Stop what a disabled account runs: begin with all of it, and look again until nothing runs.

Undo starts nothing again: the account stays disabled, and the job says what could not be stopped.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from functions.identity import _running
from functions.identity._account import show_account, users_of
from functions.identity._acting import beginner
from functions.identity._running import stop_all
from javelin.data.records.account import Account
from javelin.data.records.job import Job
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step

PATIENCE = timedelta(hours=1)  # between two looks


def do(run: Run) -> dict[str, int]:
    """How much runs; the flow comes again until it is nothing."""
    if run.job.ended:
        return {"left": 0}
    account = Account.require(str(run.job.resource_id))
    run.job.change(Job.deadline.set(datetime.now(UTC) + PATIENCE), when=Job.id.exists())
    if left := stop_all(account):
        return {"left": left}
    shown = show_account(account, users_of([account]), beginner(run.job))
    jobs.succeed(run.job, Transaction(), "account", shown, "ACCOUNT.DISABLE", f"Disabled account {account.name}")
    return {"left": 0}


def undo(run: Run) -> None:
    """Its users are kept out in any case."""
    if run.job.ended:
        return
    then = "the account is disabled; stop what it runs, or call disableAccount again"
    jobs.fail(run.job, Transaction(), run.failure, "ACCOUNT.DISABLE", "Stopping what an account runs", then=then)


handler = step(do, undo, timeout=120, grants=[*_running.GRANTS, Account.read, User.read, *jobs.END_JOB])
