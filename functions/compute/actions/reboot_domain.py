"""Have the host reboot the guest. There is nothing to undo."""

from __future__ import annotations

from javelin.contract.errors import ResourceUnavailable
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Ask, Run, step
from javelin.messaging.host_commands import RebootDomain


def do(run: Run) -> Ask:
    """Asks the guest, or resets it when forced."""
    machine = VirtualMachine.require(str(run.job.resource_id))
    if not machine.host_id:
        raise ResourceUnavailable(f"Virtual machine {machine.name} stopped meanwhile; start it instead.")
    return Ask(machine.host_id, RebootDomain(domain=machine.id, forced=bool((run.job.request or {}).get("forced"))))


def undo(run: Run) -> None:
    """Nothing was changed; the job ends as failed."""
    if not run.job.ended:
        jobs.fail(run.job, Transaction(), run.failure, "VM.REBOOT", f"Rebooting virtual machine {run.job.resource_id}")


handler = step(do, undo, grants=[VirtualMachine.read, *jobs.END_JOB], asks_hosts=True)
