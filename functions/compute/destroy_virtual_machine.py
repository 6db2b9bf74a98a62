"""destroyVirtualMachine: power off a virtual machine and put it where it can be recovered, or expunge it at once."""

from __future__ import annotations

from pydantic import Field

from functions.compute import _lifecycle
from functions.compute._virtual_machine import VirtualMachineResponse
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.jobs import may_start


class DestroyVirtualMachine(Request):
    """Destroys a virtual machine. It can be recovered until it is expunged, a day later, or at once when asked."""

    id: Uuid = Field(description="The virtual machine")
    expunge: Flag = Field(False, description="Leave nothing of it, now")


@operation(
    DestroyVirtualMachine, roles=EVERYONE, answers=VirtualMachineResponse, object_name="virtualmachine",
    flow="compute/destroy_virtual_machine", grants=[*_lifecycle.GRANTS, may_start("compute/expunge_virtual_machine")],
    refuses=("volumeids",),
    event="VM.DESTROY",
)  # fmt: skip
def handler(request: DestroyVirtualMachine, caller: Caller) -> Accepted:
    """From any state that no job is changing; what is destroyed is left as it is, unless it shall be expunged."""
    machine = VirtualMachine.visible_to(caller, request.id)
    if machine.delete_protection:
        raise InvalidParameter(f"{machine.name} is protected from deletion; switch deleteprotection off first.")
    if machine.state == "Destroyed" and not request.expunge:
        return _lifecycle.already(caller, machine, command="destroyVirtualMachine")
    kind, to = ("expunge", "Expunging") if request.expunge else ("destroy", "Stopping")
    states: tuple[str, ...] = ("Running", "Stopped", "Error")
    if request.expunge:
        states += ("Destroyed", "Expunging")  # again, if an expunge failed
    return _lifecycle.start(
        caller, machine, command="destroyVirtualMachine", flow=f"compute/{kind}_virtual_machine", from_states=states,
        to=to, event="VM.DESTROY", words="Destroying", request={"before": machine.state, "expunge": request.expunge},
    )  # fmt: skip
