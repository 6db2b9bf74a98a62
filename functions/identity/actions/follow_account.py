"""Have what a renamed account owns tell its name, and look again until nothing tells the one before.

Undo brings nothing back: the account has its name, and what is left follows when it is given it again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from functions.identity._carrying import Carrier
from functions.identity._following import FOLLOW_ACCOUNT, follow_account
from functions.identity._project import show_project
from functions.identity._renaming import EVENTS
from javelin.contract.responses import Response
from javelin.data.records.account import Account
from javelin.data.records.job import Job
from javelin.data.records.project import Project
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step

LAST = "Settle"  # the state that ends the job; the ones before it only begin
PATIENCE = timedelta(hours=1)  # between two looks


def do(run: Run) -> dict[str, int]:
    """How much told another name; the flow looks again, some seconds later, until nothing did."""
    job = run.job
    if job.ended:
        return {"left": 0}
    account = Account.find(str(job.resource_id))
    transaction = Transaction()
    if account is not None:
        job.change(Job.deadline.set(datetime.now(UTC) + PATIENCE), when=Job.id.exists())
        left = follow_account(account, Carrier(frozenset()))
        if left or run.step != LAST:
            return {"left": left}
        transaction.update(account, [Account.former_name.remove()], Account.name == account.name)
    name, answer = _answer(job)
    told = f"Everything of account {account.name} tells its name" if account else "The account was deleted"
    jobs.succeed(job, transaction, name, answer, EVENTS[job.command], told)
    return {"left": 0}


def undo(run: Run) -> None:
    """What tells the new name already goes on to."""
    if run.job.ended:
        return
    then = f"what is left follows when {run.job.command} gives the name again"
    jobs.fail(run.job, Transaction(), run.failure, EVENTS[run.job.command], "Renaming what is owned", then=then)


def _answer(job: Job) -> tuple[str | None, Response | None]:
    project = Project.find(str(job.resource_id)) if job.command == "updateProject" else None
    return (None, None) if project is None else ("project", show_project(project))


handler = step(do, undo, timeout=600, memory=512, grants=[*FOLLOW_ACCOUNT, *jobs.END_JOB])
