"""expungeVirtualMachine: leave nothing of a destroyed virtual machine."""

from __future__ import annotations

from pydantic import Field

from functions.compute import _lifecycle
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.virtual_machine import VirtualMachine


class ExpungeVirtualMachine(Request):
    """Removes a destroyed virtual machine for good, with its volumes and addresses."""

    id: Uuid = Field(description="The virtual machine")


@operation(
    ExpungeVirtualMachine,
    roles=EVERYONE,
    grants=_lifecycle.GRANTS,
    flow="compute/expunge_virtual_machine",
    event="VM.EXPUNGE",
)
def handler(request: ExpungeVirtualMachine, caller: Caller) -> Accepted:
    """Destroyed becomes Expunging; one that an expunge gave up on may be tried again."""
    machine = VirtualMachine.visible_to(caller, request.id)
    return _lifecycle.start(
        caller, machine, command="expungeVirtualMachine", flow="compute/expunge_virtual_machine",
        from_states=("Destroyed", "Expunging", "Error"), to="Expunging", event="VM.EXPUNGE", words="Expunging",
        request={"before": machine.state, "expunge": True},
    )  # fmt: skip
