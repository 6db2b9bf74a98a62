"""The host told of everything: end the job."""

from __future__ import annotations

from functions.fabric_admin._host import show
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step


def do(run: Run) -> None:
    """What it told is taken in as every report is."""
    if run.job.ended:
        return
    host = Host.require(str(run.job.resource_id))
    status = next(iter(HostStatus.batch_get([host.id])), None)
    jobs.succeed(
        run.job, Transaction(), "host", show(host, status), "HOST.RECONNECT", f"Host {host.name} reported anew"
    )


handler = step(do, grants=[Host.read, HostStatus.read, *jobs.END_JOB])
