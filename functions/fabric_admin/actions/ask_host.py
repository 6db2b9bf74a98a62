"""Have the host tell of everything that it has. There is nothing to undo."""

from __future__ import annotations

from javelin.data.records.host import Host
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Ask, Run, step
from javelin.messaging.host_commands import TellAll

PATIENCE = 300  # seconds until a host that is away is given up


def do(run: Run) -> Ask:
    """Also a host that was not heard of: it may be back."""
    return Ask(Host.require(str(run.job.resource_id)).id, TellAll(), PATIENCE)


def undo(run: Run) -> None:
    """Nothing was changed; the job ends as failed."""
    if not run.job.ended:
        jobs.fail(run.job, Transaction(), run.failure, "HOST.RECONNECT", f"Asking host {run.job.resource_id}")


handler = step(do, undo, grants=[Host.read, *jobs.END_JOB], asks_hosts=True)
