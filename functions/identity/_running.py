"""What accounts run: stopping it, as its owner would."""

from __future__ import annotations

from functions.identity._acting import owner
from javelin.contract.errors import ResourceUnavailable
from javelin.contract.grants import Grant
from javelin.data.indexes import looked_up
from javelin.data.records.account import Account
from javelin.data.records.lease import Lease
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging.services import call, may_call
from javelin.sync import lease

MOST = 100  # in one pass
UNDER_WAY = ("Running", "Starting", "Stopping")
GRANTS: tuple[Grant, ...] = (VirtualMachine.read, Lease.read, may_call("compute", "stop_virtual_machine"))


def stop_all(account: Account) -> int:
    """Begin to stop what runs; answers how much is not stopped yet. Raises ResourceUnavailable for what cannot be."""
    ids = looked_up(VirtualMachine, [account.id], VirtualMachine.state.is_in(*UNDER_WAY))[:MOST]
    busy = lease.holders(ids)
    for machine in VirtualMachine.load_all(id_ for id_ in ids if id_ not in busy):
        if machine.state != "Running":
            lease.refuse_stuck(machine.id)
            continue
        payload = {"parameters": {"id": machine.id}, "caller": owner(account).model_dump()}
        answer = call("compute", "stop_virtual_machine", payload)
        if "error" in answer and not lease.holders([machine.id]):
            raise ResourceUnavailable(f"Virtual machine {machine.name} cannot be stopped: {answer['error']['text']}")
    for id_ in busy:
        lease.refuse_stuck(id_)
    return len(ids)
