"""An undo failed: end the job, mark the resource, keep its lease so that nobody builds on it, and raise an alarm."""

from __future__ import annotations

from typing import Any

from javelin.flow import jobs, stuck
from javelin.flow.steps import Run, step


def do(run: Run) -> dict[str, Any]:
    """`run.failure` is what went wrong, `run.previous` what went wrong when that was undone."""
    error, undoing = jobs.error_of(run.failure), jobs.error_of(run.previous)
    stuck.end(run.job, error.code, f"{error.text} Undoing it failed too: {undoing.text}")
    return {"stuck": run.job.resource_id}


handler = step(do, grants=stuck.MAY_STICK)
