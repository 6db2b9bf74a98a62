"""The guest runs: say so in the records and end the job. There is no undo: after it nothing can fail."""

from __future__ import annotations

from datetime import UTC, datetime

from functions.compute._virtual_machine import show
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step

EVENTS = {
    "deployVirtualMachine": ("VM.CREATE", "Deployed virtual machine"),
    "rebootVirtualMachine": ("VM.REBOOT", "Rebooted virtual machine"),
}


def do(run: Run) -> None:
    """Starting becomes Running, new volumes are Ready."""
    if run.job.ended:
        return
    machine = VirtualMachine.require(str(run.job.resource_id))
    transaction = Transaction()
    for volume in Volume.load_all(machine.volume_ids):
        if volume.state != "Ready":
            transaction.update(volume, [Volume.state.set("Ready")])
    now = datetime.now(UTC)
    changes = [
        VirtualMachine.state.set("Running"), VirtualMachine.updated.set(now),
        VirtualMachine.last_host_id.set(machine.host_id), VirtualMachine.fence.set(int(run.job.fence)),
    ]  # fmt: skip
    transaction.update(machine, changes)
    machine.state, machine.updated, machine.last_host_id = "Running", now, machine.host_id
    event, words = EVENTS.get(run.job.command, ("VM.START", "Started virtual machine"))
    answer = show(machine, admin=run.job.role_type in ("Admin", "ResourceAdmin"))
    jobs.succeed(run.job, transaction, "virtualmachine", answer, event, f"{words} {machine.name}")


handler = step(do, grants=[VirtualMachine.write, Volume.write, *jobs.END_JOB])
