"""startVirtualMachine: power on a stopped virtual machine."""

from __future__ import annotations

from pydantic import Field

from functions.compute import _lifecycle
from functions.compute._explaining import explain_start
from functions.compute._virtual_machine import StartedVirtualMachineResponse
from functions.compute._wanted_place import READ_PLACES, WantedPlace, wanted_place
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.reach import require_active
from javelin.data.records.account import Account
from javelin.data.records.project import project_name
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume


class StartVirtualMachine(Request):
    """Starts a stopped virtual machine, on the host where it last ran if that has room."""

    id: Uuid = Field(description="The virtual machine")
    hostid: Uuid | None = Field(None, description="The host to run on, for admins")
    clusterid: Uuid | None = Field(None, description="The cluster to run in, for admins")
    podid: Uuid | None = Field(None, description="The pod to run in, for admins")
    considerlasthost: Flag = Field(True, description="Whether the host where it last ran is preferred")


@operation(
    StartVirtualMachine, roles=EVERYONE, explain=explain_start, answers=StartedVirtualMachineResponse,
    grants=[*_lifecycle.GRANTS, *READ_PLACES, Account.read, StoragePool.read, Volume.read],
    flow="compute/start_virtual_machine", object_name="virtualmachine", refuses=("bootintosetup", "deploymentplanner"),
    event="VM.START",
)  # fmt: skip
def handler(request: StartVirtualMachine, caller: Caller) -> Accepted:
    """Stopped becomes Starting."""
    machine = VirtualMachine.visible_to(caller, request.id)
    if project_name(machine.account):
        require_active(Account.require(machine.account_id))
    place: WantedPlace = wanted_place(request, caller, machine.zone_id)
    if not request.considerlasthost:
        place["last_host_id"] = None
    attributes = {name: getattr(VirtualMachine, name) for name in place}
    changes = [one.remove() if place[name] is None else one.set(place[name]) for name, one in attributes.items()]
    return _lifecycle.start(
        caller, machine, command="startVirtualMachine", flow="compute/start_virtual_machine", from_states=("Stopped",),
        to="Starting", event="VM.START", words="Starting", changes=tuple(changes),
    )  # fmt: skip
