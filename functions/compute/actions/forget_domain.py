"""Have the host forget a stopped guest. There is no undo: starting it defines it anew."""

from __future__ import annotations

from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.steps import Ask, Run, step
from javelin.messaging.host_commands import DestroyDomain


def do(run: Run) -> Ask | None:
    """The host where it runs, or last ran."""
    machine = VirtualMachine.find(str(run.job.resource_id))
    host = (machine.host_id or machine.last_host_id) if machine else None
    return Ask(host, DestroyDomain(domain=str(run.job.resource_id))) if host else None


handler = step(do, grants=[VirtualMachine.read], asks_hosts=True)
