"""The guest rebooted: end the job."""

from __future__ import annotations

from functions.compute._virtual_machine import show
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step


def do(run: Run) -> None:
    """Its state does not change."""
    if run.job.ended:
        return
    machine = VirtualMachine.require(str(run.job.resource_id))
    answer = show(machine, admin=run.job.role_type in ("Admin", "ResourceAdmin"))
    words = f"Rebooted virtual machine {machine.name}"
    jobs.succeed(run.job, Transaction(), "virtualmachine", answer, "VM.REBOOT", words)


handler = step(do, grants=[VirtualMachine.read, *jobs.END_JOB])
