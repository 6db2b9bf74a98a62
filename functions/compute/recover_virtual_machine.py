"""recoverVirtualMachine: take back a destroyed virtual machine that was not expunged yet."""

from __future__ import annotations

from pydantic import Field

from functions.compute import _lifecycle
from functions.compute._virtual_machine import VirtualMachineResponse, show
from javelin.contract import telling
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item
from javelin.data.records.virtual_machine import VirtualMachine


class RecoverVirtualMachine(Request):
    """Recovers a destroyed virtual machine; it is stopped then."""

    id: Uuid = Field(description="The virtual machine")


@operation(
    RecoverVirtualMachine, roles=EVERYONE, grants=_lifecycle.GRANTS, answers=VirtualMachineResponse,
    object_name="virtualmachine",
    event="VM.RECOVER",
)  # fmt: skip
def handler(request: RecoverVirtualMachine, caller: Caller) -> Item:
    """Destroyed becomes Stopped."""
    machine = VirtualMachine.visible_to(caller, request.id)
    telling.concerns(machine)
    _lifecycle.require_state(machine, ("Destroyed",), "Recovering")
    back = (
        VirtualMachine.state.set("Stopped"), VirtualMachine.expunge_shard.remove(), VirtualMachine.expunge_at.remove(),
    )  # fmt: skip
    if not machine.change(*back, when=VirtualMachine.state == "Destroyed"):
        raise _lifecycle.wrong_state(machine, ("Destroyed",), "Recovering")
    return Item("virtualmachine", show(machine, admin=caller.role_type in OPERATORS))
