"""rebootVirtualMachine: restart the operating system of a running virtual machine."""

from __future__ import annotations

from pydantic import Field

from functions.compute import _lifecycle
from functions.compute._virtual_machine import VirtualMachineResponse
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.virtual_machine import VirtualMachine


class RebootVirtualMachine(Request):
    """Reboots a virtual machine: asks the guest, and resets it if it does not within a minute."""

    id: Uuid = Field(description="The virtual machine")
    forced: Flag = Field(False, description="Reset it at once")


@operation(
    RebootVirtualMachine, roles=EVERYONE, grants=_lifecycle.GRANTS, answers=VirtualMachineResponse,
    object_name="virtualmachine", flow="compute/reboot_virtual_machine", refuses=("bootintosetup",),
    event="VM.REBOOT",
)  # fmt: skip
def handler(request: RebootVirtualMachine, caller: Caller) -> Accepted:
    """It stays Running."""
    machine = VirtualMachine.visible_to(caller, request.id)
    return _lifecycle.start(
        caller, machine, command="rebootVirtualMachine", flow="compute/reboot_virtual_machine", from_states=("Running",),
        to=None, event="VM.REBOOT", words="Rebooting", request={"forced": request.forced},
    )  # fmt: skip
