"""The guest is off: give back its host's room and end the job. Undo says that it could not be stopped."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from functions.compute import _capacity
from functions.compute._virtual_machine import show
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.settings import EXPUNGE_DELAY, READ_SETTINGS
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step


def do(run: Run) -> None:
    """Stopping becomes Stopped, or Destroyed."""
    if run.job.ended:
        return
    machine = VirtualMachine.require(str(run.job.resource_id))
    destroying = _destroying(run)
    state = "Destroyed" if destroying else "Stopped"
    transaction = Transaction()
    _capacity.give_back(transaction, machine)
    now = datetime.now(UTC)
    changes: list[Any] = [
        VirtualMachine.state.set(state), VirtualMachine.updated.set(now), VirtualMachine.host_id.remove(),
        VirtualMachine.host_name.remove(), VirtualMachine.last_host_id.set(machine.host_id or machine.last_host_id),
    ] if machine.host_id else [VirtualMachine.state.set(state), VirtualMachine.updated.set(now)]  # fmt: skip
    changes.append(VirtualMachine.fence.set(int(run.job.fence)))
    if destroying:
        changes += [
            VirtualMachine.expunge_shard.set(machine.id[-1]),
            VirtualMachine.expunge_at.set(int(time.time()) + EXPUNGE_DELAY.value()),
        ]
    transaction.update(machine, changes)
    machine.state, machine.updated, machine.host_id, machine.host_name = state, now, None, None
    event, words = ("VM.DESTROY", "Destroyed") if destroying else ("VM.STOP", "Stopped")
    answer = show(machine, admin=run.job.role_type in ("Admin", "ResourceAdmin"))
    jobs.succeed(run.job, transaction, "virtualmachine", answer, event, f"{words} virtual machine {machine.name}")


def undo(run: Run) -> None:
    """Back to what it was before: the host still has it."""
    if run.job.ended:
        return
    machine = VirtualMachine.find(str(run.job.resource_id))
    transaction = Transaction()
    if machine is not None:
        before = (run.job.request or {}).get("before") or ("Running" if machine.host_id else "Stopped")
        transaction.update(machine, [VirtualMachine.state.set(before)])
    event, words = ("VM.DESTROY", "Destroying") if _destroying(run) else ("VM.STOP", "Stopping")
    jobs.fail(run.job, transaction, run.failure, event, f"{words} virtual machine {run.job.resource_id}")


def _destroying(run: Run) -> bool:
    """Whether the guest is stopped in order to be destroyed."""
    return run.job.command == "destroyVirtualMachine"


handler = step(do, undo, grants=[VirtualMachine.write, *_capacity.CHANGE_CAPACITY, READ_SETTINGS, *jobs.END_JOB])
