"""Clear a project that is being deleted: begin with all that it owns, look again until nothing is left, then end it.

Undo brings nothing back: the project stays closed, and can be deleted again by who governs it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from functions.identity import _belongings, _leaving
from functions.identity._belongings import clear
from functions.identity._project_end import END, empty, end_project
from javelin.data.records.account import Account
from javelin.data.records.job import Job
from javelin.data.records.project import Project
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step

PATIENCE = timedelta(hours=1)  # between two looks


def do(run: Run) -> dict[str, int]:
    """How much is left; the flow comes again until it is nothing."""
    if run.job.ended:
        return {"left": 0}
    key = str(run.job.resource_id)
    project, account = Project.require(key), Account.require(key)
    run.job.change(Job.deadline.set(datetime.now(UTC) + PATIENCE), when=Job.id.exists())
    return {"left": clear(account) or empty(project) or end_project(run.job, project, account)}


def undo(run: Run) -> None:
    """What is gone is gone; what could not go is named in the job."""
    if run.job.ended:
        return
    then = "what is left of the project is deleted by calling deleteProject again with cleanup=true"
    jobs.fail(run.job, Transaction(), run.failure, "PROJECT.DELETE", "Deleting a project", then=then)


handler = step(do, undo, timeout=120, grants=[*_belongings.GRANTS, *_leaving.ELSEWHERE, *END, *jobs.END_JOB])
