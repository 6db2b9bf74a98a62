"""startVirtualMachine: power on a stopped virtual machine."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.compute import _lifecycle
from functions.compute._explaining import explain_start
from functions.compute._virtual_machine import StartedVirtualMachineResponse
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume


class StartVirtualMachine(Request):
    """Starts a stopped virtual machine, on the host where it last ran if that has room."""

    id: Uuid = Field(description="The virtual machine")
    hostid: Uuid | None = Field(None, description="The host to run on, for admins")
    considerlasthost: Flag = Field(True, description="Accepted; the last host is preferred always")
    deploymentplanner: Text | None = Field(None, description="Accepted for compatibility; there is one planner")


@operation(
    StartVirtualMachine, roles=EVERYONE, explain=explain_start, answers=StartedVirtualMachineResponse,
    grants=[*_lifecycle.GRANTS, Host.read, StoragePool.read, Volume.read], flow="compute/start_virtual_machine",
    object_name="virtualmachine", refuses=("podid", "clusterid", "bootintosetup"),
)  # fmt: skip
def handler(request: StartVirtualMachine, caller: Caller) -> Accepted:
    """Stopped becomes Starting."""
    machine = VirtualMachine.visible_to(caller, request.id)
    wanted: Any = VirtualMachine.wanted_host_id.remove()
    if request.hostid:
        if caller.role_type not in OPERATORS:
            raise PermissionDenied("Only admins choose the host; leave hostid out.")
        wanted = VirtualMachine.wanted_host_id.set(Host.require(request.hostid).id)
    return _lifecycle.start(
        caller, machine, command="startVirtualMachine", flow="compute/start_virtual_machine", from_states=("Stopped",),
        to="Starting", event="VM.START", words="Starting", changes=(wanted,),
    )  # fmt: skip
