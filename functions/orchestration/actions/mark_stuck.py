"""An undo failed. If it met what passes, the job waits and runs again when that is over. Otherwise it ends, its resource
is marked and its lease kept so that nobody builds on it, and an alarm is raised."""

from __future__ import annotations

from typing import Any

from javelin.flow import jobs, stuck, waiting
from javelin.flow.steps import Run, step


def do(run: Run) -> dict[str, Any]:
    """`run.failure` is what went wrong, `run.previous` what went wrong when that was undone."""
    if waiting.passes(run.previous) and waiting.begin(run.job):
        return {"waits": run.job.resource_id}
    error, undoing = jobs.error_of(run.failure), jobs.error_of(run.previous)
    stuck.end(run.job, error.code, f"{error.text} Undoing it failed too: {undoing.text}")
    return {"stuck": run.job.resource_id}


handler = step(do, grants=stuck.MAY_STICK)
