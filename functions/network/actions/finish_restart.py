"""The router is as the records say: end the job. After it nothing can fail: no undo."""

from __future__ import annotations

from javelin.data.records.network import Network
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step


def do(run: Run) -> None:
    """No restart is required any more."""
    if run.job.ended:
        return
    network = Network.require(str(run.job.resource_id))
    transaction = Transaction()
    transaction.update(network, [Network.restart_required.set(False)], Network.id.exists())
    jobs.succeed(run.job, transaction, None, None, "NETWORK.RESTART", f"Restarted network {network.name}")


handler = step(do, grants=[Network.write, *jobs.END_JOB])
