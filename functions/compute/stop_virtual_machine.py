"""stopVirtualMachine: power off a running virtual machine."""

from __future__ import annotations

from pydantic import Field

from functions.compute import _lifecycle
from functions.compute._virtual_machine import VirtualMachineResponse
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.virtual_machine import VirtualMachine


class StopVirtualMachine(Request):
    """Stops a virtual machine: asks the guest to power off, and cuts the power if it does not within a minute."""

    id: Uuid = Field(description="The virtual machine")
    forced: Flag = Field(False, description="Cut the power at once")


@operation(
    StopVirtualMachine, roles=EVERYONE, grants=_lifecycle.GRANTS, answers=VirtualMachineResponse,
    object_name="virtualmachine", flow="compute/stop_virtual_machine",
    event="VM.STOP",
)  # fmt: skip
def handler(request: StopVirtualMachine, caller: Caller) -> Accepted:
    """Running becomes Stopping; what is Stopped is left as it is."""
    machine = VirtualMachine.visible_to(caller, request.id)
    if machine.state == "Stopped":
        return _lifecycle.already(caller, machine, command="stopVirtualMachine")
    return _lifecycle.start(
        caller, machine, command="stopVirtualMachine", flow="compute/stop_virtual_machine", from_states=("Running",),
        to="Stopping", event="VM.STOP", words="Stopping", request={"forced": request.forced},
    )  # fmt: skip
