"""Have the host stop the guest. There is nothing to undo: a guest that could not be stopped goes on."""

from __future__ import annotations

from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.steps import Ask, Run, step
from javelin.messaging.host_commands import StopDomain


def do(run: Run) -> Ask | None:
    """Destroying cuts the power; stopping asks first."""
    machine = VirtualMachine.find(str(run.job.resource_id))
    if machine is None or not machine.host_id:
        return None
    forced = bool((run.job.request or {}).get("forced")) or run.job.command == "destroyVirtualMachine"
    return Ask(machine.host_id, StopDomain(domain=machine.id, forced=forced))


handler = step(do, grants=[VirtualMachine.read], asks_hosts=True)
